//! Authentication strengths: the built-in ones and the tenant's own (sign-in contract 3.3).

use latchkey_domain::{
    Action, Activity, AuditTarget, Caller, Combination, Denied, ModifiedProperty, Permit, Strength,
    StrengthError, StrengthId, TargetKind, may,
};
use latchkey_store::{StoreError, Writer};

use crate::trail::Trail;
use crate::{Fault, RequestInfo, Service};

/// Why a strength was not shown, made, changed or deleted. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum StrengthFailure {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is none with this id.
    #[error("no such authentication strength")]
    NoSuchStrength,
    /// A property breaks its rule.
    #[error(transparent)]
    Invalid(#[from] StrengthError),
    /// The built-in ones stay as they are.
    #[error("Built-in authentication strengths can't be changed or deleted.")]
    BuiltIn,
    /// Applications demand it.
    #[error("The authentication strength is required by an application. Take it from there first.")]
    InUse,
    /// There are as many as there may be.
    #[error(
        "There are {} custom authentication strengths, as many as there may be.",
        Strength::MAX
    )]
    TooMany,
    /// Not the caller's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for StrengthFailure {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// What a strength is to be; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct StrengthWish {
    /// Name to show.
    pub display_name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Replaces the combinations.
    pub combinations: Option<Vec<Combination>>,
}

impl StrengthWish {
    fn apply(&self, to: &mut Strength) -> Result<(), StrengthError> {
        if let Some(name) = &self.display_name {
            to.display_name.clone_from(name);
        }
        if let Some(text) = &self.description {
            to.description.clone_from(text);
        }
        if let Some(combinations) = &self.combinations {
            to.combinations.clone_from(combinations);
        }
        to.validate()
    }
}

/// What becomes of a strength.
#[derive(Debug, Clone)]
enum Change {
    Add(Strength),
    Update(StrengthId, StrengthWish),
    Delete(StrengthId),
}

impl Change {
    const fn activity(&self) -> Activity {
        match self {
            Self::Add(_) => Activity::AddStrength,
            Self::Update(..) => Activity::UpdateStrength,
            Self::Delete(_) => Activity::DeleteStrength,
        }
    }
}

impl Service {
    /// All strengths: the built-in ones, then the tenant's own.
    ///
    /// # Errors
    /// [`StrengthFailure::Denied`], [`StrengthFailure::Fault`]
    pub async fn list_strengths(&self, caller: &Caller) -> Result<Vec<Strength>, StrengthFailure> {
        may(caller, Action::ReadPolicy, None)?;
        let custom = self.store.read().await?.custom_strengths().await?;
        Ok(Strength::built_in().into_iter().chain(custom).collect())
    }

    /// One strength.
    ///
    /// # Errors
    /// [`StrengthFailure::Denied`], [`StrengthFailure::NoSuchStrength`], [`StrengthFailure::Fault`]
    pub async fn show_strength(&self, caller: &Caller, id: StrengthId) -> Result<Strength, StrengthFailure> {
        may(caller, Action::ReadPolicy, None)?;
        let found = self.store.read().await?.strength(id).await?;
        found.ok_or(StrengthFailure::NoSuchStrength)
    }

    /// Makes a custom strength.
    ///
    /// # Errors
    /// [`StrengthFailure`]; a refusal for lack of permission is in the audit log.
    pub async fn create_strength(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        wish: StrengthWish,
    ) -> Result<Strength, StrengthFailure> {
        let now = self.now();
        let mut strength = Strength {
            id: StrengthId::from_bytes(self.random_id()),
            display_name: String::new(),
            description: String::new(),
            combinations: Vec::new(),
            created_at: now,
            modified_at: now,
        };
        // Who may not is told that first: it is validated again with the permission at hand.
        let valid = wish.apply(&mut strength);
        let made = self.change_strength(caller, info, Change::Add(strength), valid);
        made.await.map(|(_, new)| new)
    }

    /// Changes a custom strength; what demands it follows at once. The old and the new one.
    ///
    /// # Errors
    /// [`StrengthFailure`]; a refusal for lack of permission is in the audit log.
    pub async fn update_strength(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        id: StrengthId,
        wish: StrengthWish,
    ) -> Result<(Strength, Strength), StrengthFailure> {
        self.change_strength(caller, info, Change::Update(id, wish), Ok(()))
            .await
    }

    /// Deletes a custom strength that no application demands.
    ///
    /// # Errors
    /// [`StrengthFailure`]; a refusal for lack of permission is in the audit log.
    pub async fn delete_strength(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        id: StrengthId,
    ) -> Result<(), StrengthFailure> {
        self.change_strength(caller, info, Change::Delete(id), Ok(()))
            .await
            .map(drop)
    }

    async fn change_strength(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        change: Change,
        valid: Result<(), StrengthError>,
    ) -> Result<(Strength, Strength), StrengthFailure> {
        let input = (caller.clone(), change, valid, self.trail(caller, info));
        self.store
            .write_with(input, |writer, (caller, change, valid, trail)| {
                Box::pin(async move {
                    match may(caller, Action::WritePolicy, None) {
                        Ok(permit) => {
                            (*valid)?;
                            write(writer, &permit, change, trail).await
                        }
                        Err(denied) => {
                            let event = trail.refused(change.activity(), &denied.to_string(), Vec::new());
                            writer.record(&event).await?;
                            Ok(Err(denied.into()))
                        }
                    }
                })
            })
            .await?
    }
}

async fn write(
    writer: &mut Writer,
    permit: &Permit,
    change: &Change,
    trail: &Trail,
) -> Result<Result<(Strength, Strength), StrengthFailure>, StrengthFailure> {
    let (old, mut new) = match change {
        Change::Add(new) => {
            if writer.custom_strengths().await?.len() >= Strength::MAX {
                return Err(StrengthFailure::TooMany);
            }
            (None, new.clone())
        }
        Change::Update(id, _) | Change::Delete(id) => {
            let found = writer.strength(*id).await?;
            let found = found.ok_or(StrengthFailure::NoSuchStrength)?;
            if found.is_built_in() {
                return Err(StrengthFailure::BuiltIn);
            }
            (Some(found.clone()), found)
        }
    };
    match change {
        Change::Delete(id) if writer.strength_is_demanded(*id).await? => return Err(StrengthFailure::InUse),
        Change::Delete(id) => {
            let event = trail.done(change.activity(), "", vec![target(old.as_ref(), None)]);
            writer.delete_strength(permit, *id, &event).await?;
        }
        Change::Add(_) | Change::Update(..) => {
            if let Change::Update(_, wish) = change {
                wish.apply(&mut new)?;
                new.modified_at = trail.at;
            }
            let event = trail.done(change.activity(), "", vec![target(old.as_ref(), Some(&new))]);
            writer.save_strength(permit, &new, &event).await?;
        }
    }
    Ok(Ok((old.unwrap_or_else(|| new.clone()), new)))
}

fn target(old: Option<&Strength>, new: Option<&Strength>) -> AuditTarget {
    let joined = |strength: &Strength| {
        let names: Vec<String> = strength.combinations.iter().map(Combination::to_string).collect();
        names.join(" ")
    };
    let property = |name: &str, of: &dyn Fn(&Strength) -> String| ModifiedProperty {
        name: name.to_owned(),
        old: old.map(of),
        new: new.map(of),
    };
    let all = [
        property("DisplayName", &|strength| strength.display_name.clone()),
        property("Description", &|strength| strength.description.clone()),
        property("AllowedCombinations", &joined),
    ];
    let named = new.or(old);
    AuditTarget {
        kind: TargetKind::Policy,
        id: named.map(|strength| strength.id.to_string()).unwrap_or_default(),
        display_name: named.map(|strength| strength.display_name.clone()),
        upn: None,
        modified: all
            .into_iter()
            .filter(|property| property.old != property.new)
            .collect(),
    }
}
