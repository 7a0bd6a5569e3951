//! What the operator chose: one TOML file, environment variables, flags; later ones win.
//!
//! Each key is written once, in the table below; its place in the file, its environment variable, its default and its
//! line in `docs/configuration.md` follow from it.

mod mail;
mod network;
mod sources;
mod value;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::PathBuf;

use latchkey_domain::{AfterPassSignIn, BannedWords, PassSessionUse, Seconds};
pub(crate) use mail::{Hidden, MailFrom, MailHost, MailTls};
pub(crate) use network::Networks;
pub(crate) use sources::{Overrides, Source};
use value::Value;
pub(crate) use value::{Count, DaysKept, LogFormat, Masked, Origin, listen_address, read_origin};

use crate::open_internet::Hosts;

/// A key: its path in the file, with dots between tables.
pub(crate) struct Key {
    pub(crate) path: &'static str,
    /// What it does, in a sentence or two.
    pub(crate) doc: &'static str,
}

macro_rules! keys {
    ($($(#[doc = $doc:literal])+ $path:literal $field:ident: $kind:ty = $default:expr;)+) => {
        /// The configuration in force.
        #[derive(Debug, Clone)]
        pub(crate) struct Config {
            $($(#[doc = $doc])+ pub(crate) $field: $kind,)+
            /// Where each key's value comes from, in the order of [`Config::KEYS`].
            pub(crate) sources: Vec<Source>,
        }

        impl Config {
            /// Every key there is.
            pub(crate) const KEYS: &'static [Key] = &[$(Key { path: $path, doc: concat!($($doc),+) },)+];

            /// What holds where nothing is said.
            pub(crate) fn defaults() -> Self {
                Self { $($field: $default,)+ sources: vec![Source::Default; Self::KEYS.len()] }
            }

            /// Sets one key from its text.
            fn set(&mut self, path: &str, text: &str) -> Result<(), String> {
                match path {
                    $($path => self.$field = Value::parse(text)?,)+
                    _ => return Err("there is no such key".to_owned()),
                }
                Ok(())
            }

            /// Every key with its value as text, secrets masked, in the order of [`Config::KEYS`].
            pub(crate) fn shown(&self) -> Vec<String> {
                vec![$(Value::show(&self.$field),)+]
            }
        }
    };
}

keys! {
    /// Address and port to listen on.
    "listen" listen: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 8443));
    /// Scheme, host and port by which people and clients reach this server. Empty: `https://localhost` with the
    /// port of `listen`.
    "public_url" public_url: Option<Origin> = None;
    /// `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/DATABASE`. Empty: `latchkey.db` in the data folder.
    "database_url" database_url: Option<Masked> = None;
    /// The file with the master keys. Empty: the credential `latchkey-master-key` of the service manager, or else
    /// `master.key` in the data folder.
    "master_key_file" master_key_file: Option<PathBuf> = None;
    /// Serve plain HTTP. Only on a loopback address, or behind the proxies of `trusted_proxies`, which then speak TLS.
    "http" http: bool = false;
    /// Addresses or networks of reverse proxies whose `X-Forwarded-For` is believed, separated by commas.
    "trusted_proxies" trusted_proxies: Networks = Networks::default();
    /// Your own certificate chain (PEM). Empty: one from a local CA, made at the first start.
    "tls.certificate" tls_certificate: Option<PathBuf> = None;
    /// The private key of `tls.certificate` (PEM).
    "tls.key" tls_key: Option<PathBuf> = None;
    /// Threads that hash passwords and short passes, 1–256; 0: one per core.
    "hashing.threads" hashing_threads: Count<0, 256> = Count(0);
    /// Computations that may wait for them, up to 65536; 0: 64 per thread.
    "hashing.queue" hashing_queue: Count<0, 65_536> = Count(0);
    /// Most simultaneous readers (SQLite) or connections (PostgreSQL), 1–256.
    "database.connections" database_connections: Count<1, 256> = Count(16);
    /// Passes may be issued to people outside the policy's scope; they can't use them until they are in it.
    "passes.allow_outside_policy" allow_pass_outside_policy: bool = false;
    /// Within 10 minutes of a sign-in with a pass, a password may be set without the old one.
    "passes.may_reset_password" pass_may_reset_password: bool = true;
    /// A pass is deleted once its holder registered a passkey or an authenticator app.
    "passes.delete_after_registration" delete_pass_after_registration: bool = false;
    /// What follows a sign-in with a pass: `application`, what the person came for; `registration_first`, setting up a
    /// lasting way to sign in, as long as there is none.
    "passes.after_sign_in" after_pass_sign_in: AfterPassSignIn = AfterPassSignIn::Application;
    /// What a session that stands on a pass is good for: `full`, everything; `registration_only`, adding sign-in
    /// methods, but no tokens for applications.
    "passes.session" pass_session: PassSessionUse = PassSessionUse::Full;
    /// Whoever sets up their account after a pass is asked for a password, too, beside a passkey.
    "passes.set_up_password" set_up_password: bool = false;
    /// The FIDO Alliance's metadata of authenticators (<https://mds3.fidoalliance.org/>), by which attestations of passkeys
    /// are checked; a newer file is noticed within the hour. Empty: `isAttestationEnforced` can't be switched on.
    "passkeys.metadata" passkeys_metadata: Option<PathBuf> = None;
    /// After the name everyone sees the same page with all ways to sign in, so that not even a pass that works shows.
    "sign_in.uniform_prompt" uniform_prompt: bool = false;
    /// Whoever signs in to an application is asked whether to stay signed in.
    "sign_in.offer_to_stay" offer_to_stay: bool = true;
    /// Wrong guesses that lock a name, 1–50.
    "sign_in.lockout_threshold" lockout_threshold: Count<1, 50> = Count(10);
    /// Seconds that a name is locked at first, 5–18000; twice as long each time, up to an hour.
    "sign_in.lockout_seconds" lockout_seconds: Count<5, 18_000> = Count(60);
    /// New passwords have three of four kinds of characters: lower case, upper case, digits, signs.
    "passwords.three_kinds" password_three_kinds: bool = false;
    /// Words of your own that new passwords must not stand on, such as your name, separated by commas: at most 1,000 of 4
    /// to 16 letters and digits.
    "passwords.banned_words" password_banned_words: BannedWords = BannedWords::default();
    /// An application's permission alone reaches users who hold a directory role, as in Entra ID. `false`: the
    /// application needs a directory role for that.
    "applications.may_act_on_admins" apps_may_act_on_admins: bool = true;
    /// Days that a key signs tokens until it gets a successor by itself, up to 3650; 0: only by `latchkey keys rotate`.
    "keys.rotate_days" keys_rotate_days: Count<0, 3650> = Count(180);
    /// Steps of 30 s that an authenticator app's clock may be off, each way, 0–2.
    "totp.skew_steps" totp_skew_steps: Count<0, 2> = Count(1);
    /// CAs (PEM) that the server trusts beside those of the machine when it calls others, such as applications that hear
    /// of the end of a session.
    "outbound.ca" outbound_ca: Option<PathBuf> = None;
    /// Hosts inside your network that may be told of changes, separated by commas. Subscriptions to any other address
    /// that is not on the open internet are refused.
    "outbound.private_hosts" outbound_private_hosts: Hosts = Hosts::default();
    /// The mail server that takes notices: a host name or an address. Empty: no mail is sent.
    "mail.server" mail_server: Option<MailHost> = None;
    /// Its port, up to 65535; 0: 587, with `wrapped` 465, with `none` 25.
    "mail.port" mail_port: Count<0, 65_535> = Count(0);
    /// `required`: by STARTTLS or not at all; `wrapped`: TLS from the first byte on; `none`: only for a mail server on this
    /// machine.
    "mail.tls" mail_tls: MailTls = MailTls::Required;
    /// The name by which this server signs in at the mail server. Empty: it doesn't.
    "mail.user" mail_user: Option<String> = None;
    /// The password for it.
    "mail.password" mail_password: Option<Hidden> = None;
    /// A file with that password, instead.
    "mail.password_file" mail_password_file: Option<PathBuf> = None;
    /// Who sends: an address, or `Help desk <latchkey@example.com>`.
    "mail.from" mail_from: Option<MailFrom> = None;
    /// `text` for people, `json` for machines.
    "log.format" log_format: LogFormat = LogFormat::Text;
    /// `error`, `warn`, `info`, `debug` or `trace`, or directives such as `info,latchkey=debug`. `info` logs
    /// each change and refusal, `debug` every request.
    "log.level" log_level: value::LogLevel = value::LogLevel::default();
    /// Days that the records of sign-ins are kept, 30–36500; 0: for ever. Entra ID keeps them for 30.
    "retention.sign_in_days" sign_in_days: DaysKept = DaysKept::default();
    /// Days that the records of changes (the audit log) are kept, 30–36500; 0: for ever.
    "retention.audit_days" audit_days: DaysKept = DaysKept::default();
    /// Addresses or networks that may read `/metrics`.
    "metrics.allow" metrics_allow: Networks = Networks::loopback();
    /// Most connections at a time, 1–1000000; more wait.
    "limits.connections" max_connections: Count<1, 1_000_000> = Count(4096);
    /// Most connections at a time from one address (IPv6: one /64), up to 1000000; 0: no limit. Trusted proxies have none.
    "limits.connections_per_address" max_connections_per_address: Count<0, 1_000_000> = Count(1024);
    /// Largest request body in bytes, 1024–67108864. Doors have lower limits of their own where they can.
    "limits.body" max_body: Count<1024, 67_108_864> = Count(4_194_304);
    /// Passwords and passes with short codes that one application or person may have made through Graph in a minute, on
    /// each node; 0: as many as they like.
    "limits.hashes_per_minute" hashes_per_minute: Count<0, 1_000_000> = Count(3000);
    /// Seconds that a client may take to send the head of a request, 1–600; a connection without one is closed.
    "limits.header_seconds" header_seconds: Count<1, 600> = Count(15);
    /// Seconds that a request may take altogether, 1–3600, and that a client may leave its answer lying.
    "limits.request_seconds" request_seconds: Count<1, 3600> = Count(60);
}

impl Config {
    /// The address that people and clients use, given the port that is really listened on.
    pub(crate) fn origin(&self, port: u16) -> Origin {
        self.public_url
            .clone()
            .unwrap_or_else(|| Origin::localhost(!self.http, port))
    }

    /// How long a key signs tokens; none: until somebody says otherwise.
    pub(crate) fn keys_in_use(&self) -> Option<Seconds> {
        let days = i64::try_from(self.keys_rotate_days.get()).ok()?;
        (days > 0).then(|| Seconds(days.saturating_mul(24 * 3600)))
    }

    /// Rules that concern several keys.
    fn check(&self) -> Result<(), (&'static str, &'static str)> {
        if self.tls_certificate.is_some() != self.tls_key.is_some() {
            let lone = if self.tls_key.is_some() {
                "tls.key"
            } else {
                "tls.certificate"
            };
            return Err((lone, "tls.certificate and tls.key belong together"));
        }
        if self.http && self.tls_certificate.is_some() {
            return Err((
                "http",
                "plain HTTP needs no certificate: leave out http, or tls.certificate and tls.key",
            ));
        }
        if self.http && !self.listen.ip().is_loopback() && self.trusted_proxies.is_empty() {
            let reason = "plain HTTP is for loopback addresses; elsewhere name the proxies that speak TLS in \
                          trusted_proxies";
            return Err(("http", reason));
        }
        let plain = self.public_url.as_ref().is_some_and(|origin| !origin.is_https());
        if plain && !self.http {
            return Err(("public_url", "http:// addresses need http = true"));
        }
        if plain && !self.listen.ip().is_loopback() {
            return Err((
                "public_url",
                "people's browsers need https:// (a passkey works nowhere else)",
            ));
        }
        self.check_mail()
    }
}
