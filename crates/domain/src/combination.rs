//! Combinations of authentication methods, as strengths name them (sign-in contract 3.3; the names are Entra ID's).

use std::fmt;

macro_rules! modes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal;)+) => {
        /// A method as strengths name it (`authenticationMethodModes` in Graph).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum AuthenticationMode {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl AuthenticationMode {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its name in Graph.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

modes! {
    /// A password.
    Password = "password";
    /// A call.
    Voice = "voice";
    /// A code of a hardware token.
    HardwareOath = "hardwareOath";
    /// A code of an authenticator app.
    SoftwareOath = "softwareOath";
    /// A text message.
    Sms = "sms";
    /// A passkey.
    Fido2 = "fido2";
    /// Windows Hello.
    WindowsHelloForBusiness = "windowsHelloForBusiness";
    /// A notification to be confirmed, after a password.
    MicrosoftAuthenticatorPush = "microsoftAuthenticatorPush";
    /// A notification to be confirmed, without a password.
    DeviceBasedPush = "deviceBasedPush";
    /// A pass for one sign-in.
    TemporaryAccessPassOneTime = "temporaryAccessPassOneTime";
    /// A pass for several sign-ins.
    TemporaryAccessPassMultiUse = "temporaryAccessPassMultiUse";
    /// A code by e-mail.
    Email = "email";
    /// A certificate that counts as one factor.
    X509CertificateSingleFactor = "x509CertificateSingleFactor";
    /// A certificate that counts as several.
    X509CertificateMultiFactor = "x509CertificateMultiFactor";
    /// Another identity provider's one factor.
    FederatedSingleFactor = "federatedSingleFactor";
    /// Another identity provider's several factors.
    FederatedMultiFactor = "federatedMultiFactor";
}

use AuthenticationMode as Mode;

impl AuthenticationMode {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|mode| mode.name() == name)
    }

    /// Whether another one can come after it.
    const fn is_first_of_two(self) -> bool {
        matches!(
            self,
            Self::Password | Self::FederatedSingleFactor | Self::X509CertificateSingleFactor
        )
    }

    /// Whether it only counts after another one.
    const fn is_second_of_two(self) -> bool {
        matches!(
            self,
            Self::Voice
                | Self::HardwareOath
                | Self::SoftwareOath
                | Self::Sms
                | Self::MicrosoftAuthenticatorPush
                | Self::Email
        )
    }
}

/// Methods that are enough together: one, or a first and a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Combination {
    first: Mode,
    second: Option<Mode>,
}

impl Combination {
    pub(crate) const fn one(mode: Mode) -> Self {
        Self {
            first: mode,
            second: None,
        }
    }

    pub(crate) const fn two(first: Mode, second: Mode) -> Self {
        Self {
            first,
            second: Some(second),
        }
    }

    /// Those that somebody can prove on this server.
    pub const OFFERED: [Self; 7] = [
        Self::one(Mode::Fido2),
        Self::one(Mode::TemporaryAccessPassOneTime),
        Self::one(Mode::TemporaryAccessPassMultiUse),
        Self::two(Mode::Password, Mode::SoftwareOath),
        Self::one(Mode::FederatedMultiFactor),
        Self::one(Mode::FederatedSingleFactor),
        Self::one(Mode::Password),
    ];

    /// Its methods: one, or the first and the second.
    pub const fn modes(&self) -> (AuthenticationMode, Option<AuthenticationMode>) {
        (self.first, self.second)
    }

    /// Reads names with commas between, such as `password,softwareOath`, in either order and with or without blanks.
    pub fn parse(text: &str) -> Option<Self> {
        let mut names = text.split(',').map(str::trim);
        let first = Mode::from_name(names.next()?)?;
        let Some(second) = names.next() else {
            return (!first.is_second_of_two()).then_some(Self::one(first));
        };
        let second = Mode::from_name(second)?;
        if names.next().is_some() {
            return None;
        }
        let (first, second) = if first.is_second_of_two() {
            (second, first)
        } else {
            (first, second)
        };
        (first.is_first_of_two() && second.is_second_of_two()).then_some(Self::two(first, second))
    }

    /// Whether it is more than one factor.
    pub const fn is_multifactor(self) -> bool {
        self.second.is_some()
            || matches!(
                self.first,
                Mode::Fido2
                    | Mode::WindowsHelloForBusiness
                    | Mode::DeviceBasedPush
                    | Mode::TemporaryAccessPassOneTime
                    | Mode::TemporaryAccessPassMultiUse
                    | Mode::X509CertificateMultiFactor
                    | Mode::FederatedMultiFactor
            )
    }

    pub(crate) fn is_within(self, proved: &[Mode]) -> bool {
        proved.contains(&self.first) && self.second.is_none_or(|second| proved.contains(&second))
    }
}

impl fmt::Display for Combination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.second {
            None => f.write_str(self.first.name()),
            Some(second) => write!(f, "{},{}", self.first.name(), second.name()),
        }
    }
}

impl serde::Serialize for Combination {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Combination {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("no such combination"))
    }
}
