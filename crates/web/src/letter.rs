//! What letters say: mail that tells people what became of their ways to sign in, in their own language.

use latchkey_domain::{Doer, LastingMethod, Notice, NoticeKind};
use latchkey_service::{Account, Letter, LetterAbout};

use crate::language::{Language, Said, in_one_line};
use crate::moment::Moment;

/// A letter in words: plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The subject, in one line.
    pub subject: String,
    /// The letter, in lines of any length.
    pub text: String,
    /// The tag of its language.
    pub language: &'static str,
}

/// Writes a letter in the language that its reader prefers; in English, if that is not known or not spoken here.
pub fn write(letter: &Letter) -> Written {
    let wanted = letter.language.as_deref().and_then(Language::of_tag);
    let words = Words {
        language: wanted.unwrap_or_default(),
        letter,
    };
    let (subject, mut paragraphs) = match &letter.about {
        LetterAbout::Own(notice, account) => words.own(notice, account),
        LetterAbout::Report(notice, account) => words.about(notice, account, "expected"),
        LetterAbout::Administrators(notice, account) => words.about(notice, account, "portal"),
        LetterAbout::Test => {
            let text = words.say("letter-test-text").plain();
            (words.say("letter-test-subject").plain(), vec![text])
        }
    };
    paragraphs.insert(0, words.say("letter-hello").text("name", &letter.name).plain());
    let footer = words.say("letter-footer").text("origin", &letter.origin).plain();
    let text = paragraphs.join("\n\n");
    let tenant = in_one_line(&letter.tenant);
    Written {
        subject: format!("{tenant}: {subject}"),
        // The line that mail programs take for the beginning of what is always the same.
        text: format!("{text}\n\n-- \n{tenant}\n{footer}\n"),
        language: words.language.tag(),
    }
}

/// The words of one letter.
struct Words<'a> {
    language: Language,
    letter: &'a Letter,
}

impl Words<'_> {
    fn say<'s>(&self, id: &'static str) -> Said<'s> {
        self.language.say(id)
    }

    /// To the person that it happened to.
    fn own(&self, notice: &Notice, account: &Account) -> (String, Vec<String>) {
        let kind = kind(notice);
        let subject = self.say("letter-own-subject").text("kind", kind).plain();
        let text = self.say("letter-own-text").text("kind", kind).plain();
        let advice = match (notice.kind, &notice.by) {
            (NoticeKind::PassBlocked, _) => "blocked",
            (NoticeKind::SignInDisowned, _) => "disowned",
            (_, Doer::Oneself(_)) => "own",
            (_, Doer::Other(_) | Doer::Server) => "expected",
        };
        (
            subject,
            vec![text, self.facts(notice, account), self.advice(advice, notice)],
        )
    }

    /// To somebody else.
    fn about(&self, notice: &Notice, account: &Account, advice: &str) -> (String, Vec<String>) {
        let (kind, name) = (kind(notice), &account.display_name);
        let subject = self
            .say("letter-about-subject")
            .text("kind", kind)
            .text("name", name)
            .plain();
        let text = self
            .say("letter-about-text")
            .text("kind", kind)
            .text("name", name)
            .plain();
        (
            subject,
            vec![text, self.facts(notice, account), self.advice(advice, notice)],
        )
    }

    fn advice(&self, advice: &str, notice: &Notice) -> String {
        let id = notice.user.to_string();
        self.say("letter-advice")
            .text("advice", advice)
            .text("origin", &self.letter.origin)
            .text("id", &id)
            .plain()
    }

    /// What is known, a line each.
    fn facts(&self, notice: &Notice, account: &Account) -> String {
        let moment = |at| Moment::from(at).words_in(self.language);
        let mut lines = vec![
            self.say("letter-account").text("upn", &account.upn).plain(),
            self.say("letter-when").text("at", &moment(notice.at)).plain(),
        ];
        match &notice.by {
            // A manager need not know where from.
            Doer::Oneself(_) if matches!(self.letter.about, LetterAbout::Report(..)) => {}
            Doer::Oneself(from) => lines.push(self.say("letter-from").text("from", from).plain()),
            Doer::Other(by) => lines.push(self.say("letter-by").text("by", by).plain()),
            Doer::Server => lines.push(self.say("letter-by-server").plain()),
        }
        if let Some((start, end)) = notice.valid {
            let (start, end) = (moment(start), moment(end));
            lines.push(
                self.say("letter-valid")
                    .text("start", &start)
                    .text("end", &end)
                    .plain(),
            );
        }
        if let Some((at, from)) = &notice.sign_in {
            let at = moment(*at);
            lines.push(
                self.say("letter-sign-in")
                    .text("at", &at)
                    .text("from", from)
                    .plain(),
            );
        }
        lines.join("\n")
    }
}

/// What happened, by the name that the catalogues know it.
const fn kind(notice: &Notice) -> &'static str {
    match (notice.kind, notice.method) {
        (NoticeKind::MethodAdded, Some(LastingMethod::App)) => "appAdded",
        (NoticeKind::MethodAdded, _) => "passkeyAdded",
        (NoticeKind::MethodDeleted, Some(LastingMethod::App)) => "appDeleted",
        (NoticeKind::MethodDeleted, _) => "passkeyDeleted",
        (kind, _) => kind.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use latchkey_domain::{Seconds, Timestamp, UserId};

    use super::*;

    const AT: Timestamp = Timestamp::from_seconds(1_795_356_300);

    fn notice(kind: NoticeKind, method: Option<LastingMethod>, by: Doer) -> Notice {
        Notice {
            kind,
            user: UserId::from_bytes([1; 16]),
            at: AT,
            by,
            method,
            valid: None,
            sign_in: None,
        }
    }

    fn letter(language: Option<&str>, about: impl FnOnce(Account) -> LetterAbout) -> Letter {
        Letter {
            address: "ada@private.example".to_owned(),
            name: "Ada Example".to_owned(),
            language: language.map(str::to_owned),
            id: "1.person".to_owned(),
            sent_at: AT,
            tenant: "Contoso & Söhne".to_owned(),
            origin: "https://id.example.com".to_owned(),
            about: about(Account {
                display_name: "Ada <b>Example</b>".to_owned(),
                upn: "ada@example.com".to_owned(),
            }),
        }
    }

    #[test]
    fn a_newcomer_reads_what_happened_and_what_to_do() {
        let mut issued = notice(NoticeKind::PassIssued, None, Doer::Other("Hanna Help".to_owned()));
        issued.valid = Some((AT, AT + Seconds(3600)));
        let written = write(&letter(None, |account| LetterAbout::Own(issued, account)));
        assert_eq!(
            written.subject,
            "Contoso & Söhne: You got a Temporary Access Pass"
        );
        assert_eq!(
            written.text,
            "Hello Ada Example,\n\nA Temporary Access Pass was made for your account. With its code you sign in and set up \
             a way to sign in that lasts. The code never comes by mail: you get it from the people who help you.\n\n\
             Account: ada@example.com\nWhen: 22 November 2026, 14:05 UTC\nBy: Hanna Help\n\
             The pass works from 22 November 2026, 14:05 UTC until 22 November 2026, 15:05 UTC.\n\n\
             If you did not expect this, tell your administrator or help desk at once.\n\n-- \nContoso & Söhne\n\
             This mail was written by https://id.example.com. Nobody reads answers to it. It never asks for a code or a \
             password.\n"
        );
        assert_eq!(written.language, "en");
    }

    #[test]
    fn every_letter_is_whole_in_every_language() {
        let from = || Doer::Oneself("203.0.113.7".to_owned());
        for language in Language::ALL {
            let mut subjects = Vec::new();
            for kind in NoticeKind::ALL {
                for method in [Some(LastingMethod::Passkey), Some(LastingMethod::App)] {
                    for by in [from(), Doer::Other("Hanna".to_owned()), Doer::Server] {
                        let mut notice = notice(kind, method, by);
                        notice.sign_in = Some((AT, "192.0.2.9".to_owned()));
                        let abouts: [fn(Notice, Account) -> LetterAbout; 3] =
                            [LetterAbout::Own, LetterAbout::Report, LetterAbout::Administrators];
                        for about in abouts {
                            let notice = notice.clone();
                            let tag = Some(language.tag());
                            let written = write(&letter(tag, |account| about(notice, account)));
                            let text = format!("{}\n{}", written.subject, written.text);
                            assert!(
                                !text.contains(['\u{27e6}', '{', '}']),
                                "{language:?} {kind:?}: {text}"
                            );
                            assert!(text.contains("ada@example.com"), "{text}");
                            assert!(!text.contains("&#"), "plain text is not escaped: {text}");
                            subjects.push(written.subject);
                        }
                    }
                }
            }
            subjects.sort();
            subjects.dedup();
            assert_eq!(subjects.len(), 22, "{language:?}: each kind has its own words");
        }
    }

    #[test]
    fn the_reader_gets_their_own_language() {
        let used = || {
            notice(
                NoticeKind::PassUsed,
                None,
                Doer::Oneself("203.0.113.7".to_owned()),
            )
        };
        for (tag, language) in [
            (Some("de-AT"), "de"),
            (Some("ja"), "ja"),
            (Some("sv"), "en"),
            (None, "en"),
        ] {
            let written = write(&letter(tag, |account| LetterAbout::Own(used(), account)));
            assert_eq!(written.language, language);
        }
        let own = write(&letter(Some("de"), |account| LetterAbout::Own(used(), account))).text;
        assert!(own.contains("Von der Netzwerkadresse: 203.0.113.7"), "{own}");
        assert!(own.contains("https://id.example.com/security-info"), "{own}");
        let report = write(&letter(Some("de"), |account| {
            LetterAbout::Report(used(), account)
        }))
        .text;
        assert!(
            !report.contains("203.0.113.7") && !report.contains("portal"),
            "{report}"
        );
        let to_help = write(&letter(None, |account| {
            LetterAbout::Administrators(used(), account)
        }))
        .text;
        let page = "https://id.example.com/portal/people/01010101-0101-0101-0101-010101010101";
        assert!(
            to_help.contains(page) && to_help.contains("Ada <b>Example</b>"),
            "{to_help}"
        );
    }

    #[test]
    fn a_name_can_not_begin_a_line_of_its_own() {
        let by = Doer::Other("Hanna\r\nBcc: all@example.com".to_owned());
        let issued = notice(NoticeKind::PassIssued, None, by);
        let mut letter = letter(None, |account| LetterAbout::Report(issued, account));
        letter.tenant = "Contoso\nX: y".to_owned();
        let written = write(&letter);
        assert!(!written.subject.contains('\n'), "{:?}", written.subject);
        assert!(
            written.text.contains("By: Hanna  Bcc: all@example.com\n"),
            "{}",
            written.text
        );
    }
}
