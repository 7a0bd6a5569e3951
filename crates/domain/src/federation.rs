//! Domains whose people another `OpenID` Provider signs in: how it is configured, and what of its word is believed
//! (sign-in contract 2.8; `OpenID` Connect Core 3.1.3.7).

use serde::{Deserialize, Serialize};

use crate::{Seconds, Timestamp, Upn};

/// What the other provider's word counts that it saw a second factor (`federatedIdpMfaBehavior` in Graph).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FederatedMfa {
    /// It counts where it is given; a pass that works comes before the redirect.
    #[default]
    AcceptIfMfaDoneByFederatedIdp,
    /// It must be given: no pass is asked for, and nobody gets in without.
    EnforceMfaByFederatedIdp,
    /// It never counts.
    RejectMfaByFederatedIdp,
}

/// The claim that says what a person is called here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameClaim {
    /// The provider's own name for the person.
    #[default]
    PreferredUsername,
    /// The mail address; only where the provider says that it is verified.
    Email,
    /// `upn`, as Microsoft's servers have it.
    Upn,
}

/// A domain that is handed to another provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Federation {
    /// The domain, in lower case.
    pub domain: String,
    /// The provider's issuer identifier.
    pub issuer: String,
    /// What we are called there.
    pub client_id: String,
    /// The claim that says who somebody is here, the first time that they come.
    #[serde(default)]
    pub name_claim: NameClaim,
    /// What its word on second factors counts.
    #[serde(default)]
    pub mfa: FederatedMfa,
}

/// What somebody proved at the other provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamPerson {
    /// Who they are there: never given to anybody else.
    pub subject: String,
    /// What they are called here, if the provider says so in a way that is believed.
    pub name: Option<Upn>,
    /// The provider saw more than one factor, and that counts.
    pub multifactor: bool,
}

/// Why the other provider's token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UpstreamRefusal {
    /// It is another provider's.
    #[error("the token is of another issuer")]
    Issuer,
    /// It is meant for somebody else.
    #[error("the token is for another client")]
    Audience,
    /// Its time is over, or has not come.
    #[error("the token is not valid at this time")]
    Time,
    /// It answers another request.
    #[error("the token answers another request")]
    Nonce,
    /// It does not say who signed in.
    #[error("the token has no usable subject")]
    Subject,
    /// It does not say when the person was checked, where that matters.
    #[error("the token has no auth_time, though max_age was sent")]
    CheckTime,
    /// The person was checked before they were sent there to be checked.
    #[error("the provider did not ask the person again")]
    NotAnew,
    /// Second factors are demanded, and the provider saw none.
    #[error("the provider saw no second factor")]
    SecondFactor,
}

/// The claims of the other provider's ID token that matter here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct UpstreamClaims {
    /// Who says it.
    pub iss: String,
    /// To whom.
    pub aud: OneOrMany,
    /// To whom, where several are named.
    pub azp: Option<String>,
    /// Until when it counts.
    pub exp: i64,
    /// When it was said.
    pub iat: i64,
    /// From when it counts.
    pub nbf: Option<i64>,
    /// What request it answers.
    pub nonce: Option<String>,
    /// When the person signed in there.
    pub auth_time: Option<i64>,
    /// How the person signed in (RFC 8176).
    #[serde(default)]
    pub amr: Vec<String>,
    /// Who the person is.
    #[serde(flatten)]
    pub profile: UpstreamProfile,
}

/// What a provider says of a person, in the ID token or at its `UserInfo` endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct UpstreamProfile {
    /// About whom: never given to anybody else there.
    pub sub: String,
    /// See [`NameClaim`].
    pub preferred_username: Option<String>,
    /// See [`NameClaim`].
    pub email: Option<String>,
    /// Whether the provider knows that the mail address is the person's.
    pub email_verified: Option<Flag>,
    /// See [`NameClaim`].
    pub upn: Option<String>,
}

/// `aud`: one text, or a list of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

/// A boolean, which some providers write as text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Flag {
    /// As it should be.
    Boolean(bool),
    /// `"true"`.
    Text(String),
}

/// Clocks may differ by so much.
const SKEW: i64 = 60;
/// The longest subject that `OpenID` Connect allows: 255 characters.
const LONGEST_SUBJECT: usize = 255;

impl FederatedMfa {
    /// All of them, the default first.
    pub const ALL: [Self; 3] = [
        Self::AcceptIfMfaDoneByFederatedIdp,
        Self::EnforceMfaByFederatedIdp,
        Self::RejectMfaByFederatedIdp,
    ];

    /// Its name in Graph.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AcceptIfMfaDoneByFederatedIdp => "acceptIfMfaDoneByFederatedIdp",
            Self::EnforceMfaByFederatedIdp => "enforceMfaByFederatedIdp",
            Self::RejectMfaByFederatedIdp => "rejectMfaByFederatedIdp",
        }
    }
}

impl NameClaim {
    /// All of them, the default first.
    pub const ALL: [Self; 3] = [Self::PreferredUsername, Self::Email, Self::Upn];

    /// The claim's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PreferredUsername => "preferred_username",
            Self::Email => "email",
            Self::Upn => "upn",
        }
    }
}

impl Federation {
    /// Whether the client id can be one: 1 to 255 visible signs (RFC 6749, appendix A.1).
    pub fn has_valid_client_id(&self) -> bool {
        let id = &self.client_id;
        !id.trim().is_empty() && id.chars().count() <= 255 && !id.chars().any(char::is_control)
    }

    /// Whether somebody with a pass that works is asked for it before they are sent to the provider.
    pub fn pass_comes_first(&self) -> bool {
        self.mfa != FederatedMfa::EnforceMfaByFederatedIdp
    }
}

impl UpstreamClaims {
    /// The oldest token that is taken: 10 minutes. It was made for this sign-in, a moment ago.
    const OLDEST: Seconds = Seconds(600);

    /// Who signed in, if the token (whose signature was right) answers our request to this provider.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(
        &self,
        federation: &Federation,
        nonce: &str,
        now: Timestamp,
    ) -> Result<UpstreamPerson, UpstreamRefusal> {
        if self.iss != federation.issuer {
            return Err(UpstreamRefusal::Issuer);
        }
        if !self.is_for(&federation.client_id) {
            return Err(UpstreamRefusal::Audience);
        }
        let now = now.as_seconds();
        let begun = self.iat <= now + SKEW && self.nbf.is_none_or(|start| start <= now + SKEW);
        if !begun || now >= self.exp.saturating_add(SKEW) || now - self.iat > Self::OLDEST.0 {
            return Err(UpstreamRefusal::Time);
        }
        if self.nonce.as_deref() != Some(nonce) {
            return Err(UpstreamRefusal::Nonce);
        }
        let subject = &self.profile.sub;
        if subject.is_empty() || subject.chars().count() > LONGEST_SUBJECT {
            return Err(UpstreamRefusal::Subject);
        }
        let said = self.amr.iter().any(|method| method == "mfa");
        if !said && federation.mfa == FederatedMfa::EnforceMfaByFederatedIdp {
            return Err(UpstreamRefusal::SecondFactor);
        }
        Ok(UpstreamPerson {
            subject: subject.clone(),
            name: self.profile.name(federation),
            multifactor: said && federation.mfa != FederatedMfa::RejectMfaByFederatedIdp,
        })
    }

    /// When the provider checked the person, who was sent there at `sent_at`. `oldest` is how old that check may have been
    /// then: zero asks for one that follows. The time of the token counts only where nothing hangs on it: it is that of
    /// the answer, which a provider also gives to somebody who was there already.
    ///
    /// # Errors
    /// [`UpstreamRefusal::CheckTime`], [`UpstreamRefusal::NotAnew`]
    pub fn checked_at(
        &self,
        oldest: Option<Seconds>,
        sent_at: Timestamp,
        now: Timestamp,
    ) -> Result<Timestamp, UpstreamRefusal> {
        let said = self.auth_time.map(Timestamp::from_seconds);
        let Some(oldest) = oldest else {
            return Ok(said.unwrap_or(Timestamp::from_seconds(self.iat)).min(now));
        };
        let at = said.ok_or(UpstreamRefusal::CheckTime)?;
        if at + oldest + Seconds(SKEW) < sent_at {
            return Err(UpstreamRefusal::NotAnew);
        }
        // It followed, by whatever clock.
        Ok(if oldest.0 == 0 { at.max(sent_at) } else { at }.min(now))
    }

    /// Where several are named, `azp` must say that it is us who asked.
    fn is_for(&self, client: &str) -> bool {
        let named = match &self.aud {
            OneOrMany::One(one) => one == client,
            OneOrMany::Many(many) => many.iter().any(|one| one == client),
        };
        let alone = match &self.aud {
            OneOrMany::One(_) => true,
            OneOrMany::Many(many) => many.len() == 1,
        };
        named
            && match &self.azp {
                Some(asked) => asked == client,
                None => alone,
            }
    }
}

impl UpstreamProfile {
    /// What the person is called here. A provider speaks for the names of its own domain only.
    pub fn name(&self, federation: &Federation) -> Option<Upn> {
        let text = match federation.name_claim {
            NameClaim::PreferredUsername => self.preferred_username.as_deref(),
            NameClaim::Upn => self.upn.as_deref(),
            NameClaim::Email => {
                let verified = match &self.email_verified {
                    Some(Flag::Boolean(verified)) => *verified,
                    Some(Flag::Text(text)) => text == "true",
                    None => false,
                };
                self.email.as_deref().filter(|_| verified)
            }
        };
        text.and_then(|text| Upn::parse(text).ok())
            .filter(|name| name.domain() == federation.domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn federation() -> Federation {
        Federation {
            domain: "example.org".to_owned(),
            issuer: "https://idp.example.org".to_owned(),
            client_id: "latchkey".to_owned(),
            name_claim: NameClaim::PreferredUsername,
            mfa: FederatedMfa::AcceptIfMfaDoneByFederatedIdp,
        }
    }

    /// A good token with some claims otherwise; `null` leaves one out.
    fn claims(changes: &serde_json::Value) -> UpstreamClaims {
        let mut claims = serde_json::json!({
            "iss": "https://idp.example.org", "sub": "s-1", "aud": "latchkey", "nonce": "n-1",
            "iat": NOW.as_seconds(), "exp": NOW.as_seconds() + 300, "preferred_username": "Ada@Example.org",
        });
        for (name, value) in changes.as_object().unwrap() {
            if value.is_null() {
                claims.as_object_mut().unwrap().remove(name);
            } else {
                claims[name] = value.clone();
            }
        }
        serde_json::from_value(claims).unwrap()
    }

    fn check(changes: &serde_json::Value) -> Result<UpstreamPerson, UpstreamRefusal> {
        claims(changes).check(&federation(), "n-1", NOW)
    }

    #[test]
    fn a_good_token_says_who_signed_in() {
        let person = check(&serde_json::json!({"amr": ["pwd", "mfa"]})).unwrap();
        assert_eq!((person.subject.as_str(), person.multifactor), ("s-1", true));
        assert_eq!(person.name.unwrap().key(), "ada@example.org");
        assert!(!check(&serde_json::json!({"amr": ["pwd"]})).unwrap().multifactor);
    }

    #[test]
    fn the_time_of_the_answer_is_no_check_of_the_person() {
        let sent = NOW;
        let back = NOW + Seconds(30);
        let at = |auth_time: Option<i64>, oldest: Option<i64>| {
            let said = auth_time.map(|at| NOW.as_seconds() + at);
            let claims = claims(&serde_json::json!({"auth_time": said, "iat": back.as_seconds()}));
            claims
                .checked_at(oldest.map(Seconds), sent, back)
                .map(|at| Seconds::between(sent, at).0)
        };
        assert_eq!(at(None, None), Ok(30));
        assert_eq!(at(Some(-900), None), Ok(-900));
        assert_eq!(at(None, Some(0)), Err(UpstreamRefusal::CheckTime));
        assert_eq!(at(None, Some(600)), Err(UpstreamRefusal::CheckTime));
        assert_eq!(at(Some(-61), Some(0)), Err(UpstreamRefusal::NotAnew));
        assert_eq!(at(Some(-60), Some(0)), Ok(0), "clocks differ");
        assert_eq!(at(Some(12), Some(0)), Ok(12));
        assert_eq!(at(Some(-600), Some(600)), Ok(-600));
        assert_eq!(at(Some(-661), Some(600)), Err(UpstreamRefusal::NotAnew));
        assert_eq!(at(Some(45), Some(0)), Ok(30), "nobody is checked in the future");
    }

    #[test]
    fn each_claim_is_checked() {
        use UpstreamRefusal as R;

        let now = NOW.as_seconds();
        for (changes, refusal) in [
            (serde_json::json!({"iss": "https://idp.example.org/"}), R::Issuer),
            (serde_json::json!({"aud": "other"}), R::Audience),
            (serde_json::json!({"aud": []}), R::Audience),
            (serde_json::json!({"aud": ["latchkey", "other"]}), R::Audience),
            (
                serde_json::json!({"aud": ["latchkey", "other"], "azp": "other"}),
                R::Audience,
            ),
            (serde_json::json!({"azp": "other"}), R::Audience),
            (serde_json::json!({"exp": now - 60}), R::Time),
            (serde_json::json!({"iat": now + 61}), R::Time),
            (serde_json::json!({"iat": now - 601}), R::Time),
            (serde_json::json!({"nbf": now + 61}), R::Time),
            (serde_json::json!({"nonce": "n-2"}), R::Nonce),
            (serde_json::json!({"nonce": null}), R::Nonce),
            (serde_json::json!({"sub": ""}), R::Subject),
            (serde_json::json!({"sub": "x".repeat(256)}), R::Subject),
        ] {
            assert_eq!(check(&changes), Err(refusal), "{changes}");
        }
        for changes in [
            serde_json::json!({"aud": ["latchkey"]}),
            serde_json::json!({"aud": ["latchkey", "other"], "azp": "latchkey"}),
            serde_json::json!({"exp": now - 59}),
            serde_json::json!({"iat": now + 60}),
        ] {
            assert!(check(&changes).is_ok(), "{changes}");
        }
    }

    #[test]
    fn a_name_must_be_verified_and_of_the_providers_own_domain() {
        let name = |claim, changes| {
            let federation = Federation {
                name_claim: claim,
                ..federation()
            };
            let person = claims(&changes).check(&federation, "n-1", NOW).unwrap();
            person.name.map(|name| name.key().to_owned())
        };
        let ada = Some("ada@example.org".to_owned());
        assert_eq!(name(NameClaim::PreferredUsername, serde_json::json!({})), ada);
        for other in [
            "root@example.com",
            "ada@sub.example.org",
            "ada",
            "ada@example.org@example.com",
        ] {
            let changes = serde_json::json!({"preferred_username": other});
            assert_eq!(name(NameClaim::PreferredUsername, changes), None, "{other}");
        }
        assert_eq!(
            name(NameClaim::Upn, serde_json::json!({"upn": "ada@example.org"})),
            ada
        );
        assert_eq!(name(NameClaim::Upn, serde_json::json!({})), None);
        for (verified, known) in [
            (serde_json::json!(true), true),
            (serde_json::json!("true"), true),
            (serde_json::json!(false), false),
            (serde_json::json!("yes"), false),
            (serde_json::Value::Null, false),
        ] {
            let changes = serde_json::json!({"email": "ada@example.org", "email_verified": verified});
            assert_eq!(name(NameClaim::Email, changes).is_some(), known, "{verified}");
        }
    }

    #[test]
    fn what_a_second_factor_counts_is_configured() {
        use FederatedMfa as M;

        let outcome = |mfa, amr: &[&str]| {
            let federation = Federation { mfa, ..federation() };
            let claims = claims(&serde_json::json!({"amr": amr}));
            claims
                .check(&federation, "n-1", NOW)
                .map(|person| person.multifactor)
        };
        assert_eq!(outcome(M::EnforceMfaByFederatedIdp, &["mfa"]), Ok(true));
        assert_eq!(
            outcome(M::EnforceMfaByFederatedIdp, &["pwd"]),
            Err(UpstreamRefusal::SecondFactor)
        );
        assert_eq!(outcome(M::RejectMfaByFederatedIdp, &["mfa"]), Ok(false));
        let enforcing = Federation {
            mfa: M::EnforceMfaByFederatedIdp,
            ..federation()
        };
        assert!(federation().pass_comes_first() && !enforcing.pass_comes_first());
    }
}
