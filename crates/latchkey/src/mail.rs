//! The way out by mail: SMTP to the operator's own mail server.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use latchkey_service::{Letter, MailError, MailFuture, MailSetup};
use latchkey_web::letter::Written;
use lettre::address::AddressError;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use rustls::pki_types::CertificateDer;
use tokio::sync::Semaphore;

use crate::config::{Config, MailTls};

/// Connections at a time: more than a mail server minds.
const CONNECTIONS: usize = 8;
/// Longest wait for one answer of the mail server.
const STEP: Duration = Duration::from_secs(10);
/// Longest time for a whole letter, the wait for a connection included; well below `Delivery::LEASE`.
const TOTAL: Duration = Duration::from_secs(30);
/// Most characters of a reason that is kept.
const LONGEST_REASON: usize = 300;

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// Takes letters to the mail server.
pub(crate) struct Postman {
    transport: Transport,
    from: Mailbox,
    /// The domain of the letters' ids.
    host: String,
    setup: MailSetup,
    places: Arc<Semaphore>,
}

impl Postman {
    /// The postman that the configuration describes; none: no mail is sent. Trusts these CAs beside those of the machine.
    pub(crate) fn new(
        config: &Config,
        host: &str,
        extra: &[CertificateDer<'static>],
    ) -> Result<Option<Self>, String> {
        let (Some(server), Some(from)) = (&config.mail_server, &config.mail_from) else {
            return Ok(None);
        };
        let (name, port) = (server.0.as_str(), config.mail_port());
        let tls = match config.mail_tls {
            MailTls::Required => Tls::Required(parameters(name, extra)?),
            MailTls::Wrapped => Tls::Wrapper(parameters(name, extra)?),
            MailTls::None => Tls::None,
        };
        let mut builder = Transport::builder_dangerous(name)
            .port(port)
            .tls(tls)
            .timeout(Some(STEP))
            .hello_name(ClientId::Domain(host.to_owned()));
        if let (Some(user), Some(password)) = (&config.mail_user, password(config)?) {
            builder = builder.credentials(Credentials::new(user.clone(), password));
        }
        Ok(Some(Self {
            transport: builder.build(),
            from: from.0.clone(),
            host: host.to_owned(),
            setup: MailSetup {
                server: format!("{name}:{port}"),
                from: from.0.to_string(),
            },
            places: Arc::new(Semaphore::new(CONNECTIONS)),
        }))
    }

    pub(crate) fn setup(&self) -> MailSetup {
        self.setup.clone()
    }

    pub(crate) fn send(&self, letter: Letter) -> MailFuture<'_> {
        Box::pin(async move {
            tokio::time::timeout(TOTAL, self.carry(&letter))
                .await
                .unwrap_or_else(|_| {
                    Err(MailError::NotNow(
                        "the mail server did not answer in time".to_owned(),
                    ))
                })
        })
    }

    async fn carry(&self, letter: &Letter) -> Result<(), MailError> {
        let message = self
            .message(letter)
            .map_err(|reason| MailError::Never(reason.to_owned()))?;
        let closed = |_| MailError::NotNow("the server is stopping".to_owned());
        let _place = self.places.acquire().await.map_err(closed)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => {
                let text = error.to_string();
                let reason = shown(&text, &letter.address);
                if error.is_permanent() && is_about_the_address(&text) {
                    Err(MailError::Never(reason))
                } else {
                    Err(MailError::NotNow(reason))
                }
            }
        }
    }

    /// Plain text, with a name that is the same at each attempt.
    fn message(&self, letter: &Letter) -> Result<Message, &'static str> {
        let address: Address = letter
            .address
            .parse()
            .map_err(|_: AddressError| "the address is not one that mail can go to")?;
        let Written {
            subject,
            text,
            language,
        } = latchkey_web::letter::write(letter);
        let seconds = u64::try_from(letter.sent_at.as_seconds()).unwrap_or(0);
        let raw =
            |name, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned());
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(Some(letter.name.clone()), address))
            .date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
            .message_id(Some(format!("<{}@{}>", letter.id, self.host)))
            .subject(subject)
            .raw_header(raw("Content-Language", language))
            // Nobody's holiday answers it (RFC 3834).
            .raw_header(raw("Auto-Submitted", "auto-generated"))
            .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(text))
            .map_err(|_| "the mail can't be written")
    }
}

fn parameters(server: &str, extra: &[CertificateDer<'static>]) -> Result<TlsParameters, String> {
    let wrong = |error: lettre::transport::smtp::Error| format!("mail.server: {error}");
    let mut builder = TlsParameters::builder(server.to_owned());
    for certificate in extra {
        let certificate = Certificate::from_der(certificate.to_vec()).map_err(wrong)?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(wrong)
}

fn password(config: &Config) -> Result<Option<String>, String> {
    if let Some(password) = &config.mail_password {
        return Ok(Some(password.0.clone()));
    }
    let Some(path) = &config.mail_password_file else {
        return Ok(None);
    };
    let text = std::fs::read_to_string(path).map_err(|error| {
        format!(
            "{}: {}: {error}",
            config.place("mail.password_file"),
            path.display()
        )
    })?;
    let password = text.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        let place = config.place("mail.password_file");
        return Err(format!("{place}: {}: it is empty", path.display()));
    }
    Ok(Some(password.to_owned()))
}

/// A reason for people who look after the server: in one line, without the reader's address.
fn shown(reason: &str, address: &str) -> String {
    let line: String = reason
        .replace(address, "…")
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST_REASON)
        .collect();
    line.trim().to_owned()
}

/// Whether the mail server says that the reader's address is at fault, not the server, the sender or the mail
/// (RFC 3463: addressing, mailbox switched off).
fn is_about_the_address(reason: &str) -> bool {
    ["5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"]
        .iter()
        .any(|code| reason.split([' ', '-', ':', ',']).any(|word| word == *code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_a_line_without_the_address() {
        let reason = "permanent error (550): 5.1.1 <ada@example.com>: unknown\r\nsee above";
        assert_eq!(
            shown(reason, "ada@example.com"),
            "permanent error (550): 5.1.1 <…>: unknown  see above"
        );
        assert_eq!(shown(&"x".repeat(999), "y").len(), LONGEST_REASON);
    }

    #[test]
    fn only_a_wrong_address_is_hopeless() {
        for (reason, hopeless) in [
            ("permanent error (550): 5.1.1 unknown", true),
            ("permanent error (550): 5.1.10 null MX", true),
            ("permanent error (550): 5.1.11 odd", false),
            ("permanent error (550): 5.7.1 relaying denied", false),
            ("permanent error (550): 5.1.8 sender", false),
            ("permanent error (535): 5.7.8 wrong password", false),
            ("permanent error (554): no", false),
        ] {
            assert_eq!(is_about_the_address(reason), hopeless, "{reason}");
        }
    }
}
