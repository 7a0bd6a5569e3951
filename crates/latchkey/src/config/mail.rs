//! How mail leaves: the values of the keys under `mail`, and what must be there together.

use std::fmt;
use std::net::IpAddr;

use lettre::message::Mailbox;

use super::Config;
use super::value::Value;

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MailTls {
    /// By STARTTLS, or there is no connection.
    Required,
    /// From the first byte on.
    Wrapped,
    /// Not at all: for a mail server on this machine.
    None,
}

impl Value for MailTls {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "required" => Ok(Self::Required),
            "wrapped" => Ok(Self::Wrapped),
            "none" => Ok(Self::None),
            _ => Err("must be required, wrapped or none".to_owned()),
        }
    }
    fn show(&self) -> String {
        match self {
            Self::Required => "required",
            Self::Wrapped => "wrapped",
            Self::None => "none",
        }
        .to_owned()
    }
}

/// The name or address of the mail server, without a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MailHost(pub(crate) String);

impl MailHost {
    fn is_this_machine(&self) -> bool {
        let address = self.0.parse::<IpAddr>();
        self.0.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
    }
}

impl Value for MailHost {
    fn parse(text: &str) -> Result<Self, String> {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
        if text.parse::<IpAddr>().is_ok() || (text.len() <= 253 && text.bytes().all(fits)) {
            Ok(Self(text.to_owned()))
        } else {
            Err("must be a host name or an address; the port stands in mail.port".to_owned())
        }
    }
    fn show(&self) -> String {
        self.0.clone()
    }
}

/// Who sends mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MailFrom(pub(crate) Mailbox);

impl Value for MailFrom {
    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map(Self).map_err(|_| {
            "must be a mail address, such as latchkey@example.com or Help desk <latchkey@example.com>"
                .to_owned()
        })
    }
    fn show(&self) -> String {
        self.0.to_string()
    }
}

/// A text that is shown to nobody.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Hidden(pub(crate) String);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Value for Hidden {
    fn parse(text: &str) -> Result<Self, String> {
        Ok(Self(text.to_owned()))
    }
    fn show(&self) -> String {
        "***".to_owned()
    }
}

impl Value for String {
    fn parse(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
    fn show(&self) -> String {
        self.clone()
    }
}

impl Config {
    /// The port of the mail server.
    pub(crate) fn mail_port(&self) -> u16 {
        match (u16::try_from(self.mail_port.0).unwrap_or(0), self.mail_tls) {
            (0, MailTls::Required) => 587,
            (0, MailTls::Wrapped) => 465,
            (0, MailTls::None) => 25,
            (port, _) => port,
        }
    }

    /// Rules that concern several keys under `mail`.
    pub(super) fn check_mail(&self) -> Result<(), (&'static str, &'static str)> {
        let secret = match (&self.mail_password, &self.mail_password_file) {
            (Some(_), Some(_)) => {
                return Err((
                    "mail.password_file",
                    "either mail.password or mail.password_file, not both",
                ));
            }
            (Some(_), None) => Some("mail.password"),
            (None, Some(_)) => Some("mail.password_file"),
            (None, None) => None,
        };
        match (&self.mail_user, secret) {
            (Some(_), None) => {
                return Err((
                    "mail.user",
                    "mail.password or mail.password_file must be there, too",
                ));
            }
            (None, Some(key)) => return Err((key, "mail.user must be there, too")),
            _ => {}
        }
        let Some(server) = &self.mail_server else {
            let lone = [
                ("mail.from", self.mail_from.is_some()),
                ("mail.user", self.mail_user.is_some()),
                ("mail.port", self.mail_port.0 > 0),
                ("mail.tls", self.mail_tls != MailTls::Required),
            ];
            let found = lone.into_iter().find_map(|(key, there)| there.then_some(key));
            return found.map_or(Ok(()), |key| Err((key, "without mail.server no mail is sent")));
        };
        if self.mail_from.is_none() {
            return Err(("mail.server", "mail.from must say who sends"));
        }
        if self.mail_tls == MailTls::None && !server.is_this_machine() {
            return Err((
                "mail.tls",
                "mail leaves this machine encrypted: none is for localhost",
            ));
        }
        Ok(())
    }
}
