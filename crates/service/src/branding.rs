//! How the tenant presents itself on its pages: name, colour, logo.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_crypto::sha256;
use latchkey_domain::{
    Accent, AccentError, Action, Activity, AuditTarget, Caller, Denied, Logo, LogoError, ModifiedProperty,
    TargetKind, TenantId,
};
use latchkey_store::{StoreError, StoredBranding};

use crate::{AccessError, Fault, RequestInfo, Service};

/// How the tenant presents itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branding {
    /// Name to show.
    pub display_name: String,
    /// Its colour; none: ours.
    pub accent: Option<Accent>,
    /// Its logo; none: ours.
    pub logo: Option<Logo>,
    /// Names what pages fetch, so that a change has a new address.
    pub tag: String,
}

/// What becomes of the logo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogoWish {
    /// It stays.
    Keep,
    /// Ours again.
    Remove,
    /// This picture.
    New(Vec<u8>),
}

/// What the branding is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrandingWish {
    /// Name to show.
    pub display_name: String,
    /// `#rrggbb`; none: ours.
    pub accent: Option<String>,
    /// The logo.
    pub logo: LogoWish,
}

/// Why the branding was not changed.
#[derive(Debug, thiserror::Error)]
pub enum BrandingError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A name has 1 to 256 characters, none of them a control character.
    #[error("a name has 1 to 256 characters")]
    Name,
    /// The colour can't be used.
    #[error(transparent)]
    Accent(#[from] AccentError),
    /// The picture can't be used.
    #[error(transparent)]
    Logo(#[from] LogoError),
    /// Not the caller's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for BrandingError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<AccessError> for BrandingError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Denied(denied) => Self::Denied(denied),
            AccessError::NoSuchUser => Self::Fault(Fault::Internal("nobody was named".to_owned())),
            AccessError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Branding {
    pub(crate) fn new(stored: StoredBranding) -> Self {
        let accent = stored.accent.as_deref().and_then(|text| Accent::parse(text).ok());
        let logo = stored.logo.and_then(|bytes| Logo::read(bytes).ok());
        let mut content = accent
            .map(|accent| accent.to_string())
            .unwrap_or_default()
            .into_bytes();
        content.push(b' ');
        content.extend(logo.iter().flat_map(Logo::bytes));
        Self {
            display_name: stored.display_name,
            accent,
            logo,
            tag: tag_of(&content),
        }
    }
}

/// The beginning of the content's hash, enough to tell versions apart; fit for an address.
fn tag_of(content: &[u8]) -> String {
    let mut tag = URL_SAFE_NO_PAD.encode(sha256(content));
    tag.truncate(8);
    tag
}

impl Service {
    /// Hears of changes that other nodes made.
    ///
    /// # Errors
    /// [`Fault`]
    pub async fn reload_branding(&self) -> Result<(), Fault> {
        if let Some(stored) = self.store.read().await?.branding().await? {
            self.replace_branding(Branding::new(stored));
        }
        Ok(())
    }

    /// Changes how the tenant presents itself; pages show it at once, those of other nodes within a minute.
    ///
    /// # Errors
    /// [`BrandingError`]; a refusal for lack of permission is in the audit log.
    pub async fn change_branding(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        wish: BrandingWish,
    ) -> Result<(), BrandingError> {
        let trail = self.trail(caller, info);
        let activity = Activity::UpdateBranding;
        let permit = self
            .permit_or_record(caller, &trail, Action::WriteBranding, activity, Vec::new())
            .await?;
        let name = &wish.display_name;
        if name.trim().is_empty() || name.chars().count() > 256 || name.chars().any(char::is_control) {
            return Err(BrandingError::Name);
        }
        let accent = wish.accent.as_deref().map(Accent::parse).transpose()?;
        let logo = match wish.logo {
            LogoWish::Keep => None,
            LogoWish::Remove => Some(None),
            LogoWish::New(bytes) => Some(Some(Logo::read(bytes)?.bytes().to_vec())),
        };
        let accent = accent.map(|accent| accent.to_string());
        let input = (permit, trail, self.tenant.id, wish.display_name, accent, logo);
        self.store
            .write_with(
                input,
                move |writer, (permit, trail, tenant, name, accent, logo)| {
                    Box::pin(async move {
                        let Some(old) = writer.branding().await? else {
                            return Ok(());
                        };
                        let new = StoredBranding {
                            display_name: name.clone(),
                            accent: accent.clone(),
                            logo: logo.clone().unwrap_or_else(|| old.logo.clone()),
                        };
                        if new != old {
                            let event = trail.done(activity, "", vec![target(*tenant, &old, &new)]);
                            writer.save_branding(permit, &new, &event).await?;
                        }
                        Ok::<_, StoreError>(())
                    })
                },
            )
            .await?;
        Ok(self.reload_branding().await?)
    }
}

/// What was changed; of the logo its hash.
fn target(tenant: TenantId, old: &StoredBranding, new: &StoredBranding) -> AuditTarget {
    let properties = |of: &StoredBranding| {
        [
            ("DisplayName", Some(of.display_name.clone())),
            ("AccentColor", of.accent.clone()),
            ("Logo", of.logo.as_ref().map(|logo| tag_of(logo))),
        ]
    };
    let modified = properties(old)
        .into_iter()
        .zip(properties(new))
        .filter(|(old, new)| old != new)
        .map(|((name, old), (_, new))| ModifiedProperty::text(name, old.as_deref(), new.as_deref()));
    AuditTarget {
        kind: TargetKind::Directory,
        id: tenant.to_string(),
        display_name: Some(new.display_name.clone()),
        upn: None,
        modified: modified.collect(),
    }
}

/// The branding as it was last read.
pub(crate) type Shared = std::sync::RwLock<Arc<Branding>>;
