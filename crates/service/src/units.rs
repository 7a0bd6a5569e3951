//! Administrative units and their members.
//!
//! Graph contract 9.3; what they mean for roles is in `domain` (sign-in contract 8.3).

use latchkey_domain::{
    Action, Activity, AdministrativeUnit, AuditTarget, Caller, Denied, Member, ModifiedProperty, NewUnit,
    Permit, RoleScope, UnitFieldError, UnitId, UserId, may, sight,
};
use latchkey_store::{MemberKind, Reader, RoleAssignmentFilter, StoreError, UnitFilter, Writer};

use crate::member_view::{ObjectSight, directory_object};
use crate::roles::take_roles;
use crate::trail::{Trail, relation, unit_target};
use crate::{AccessError, Fault, MemberView, RequestInfo, Service};

/// What someone wants a unit to be; what is `None` is not mentioned.
#[derive(Debug, Clone, Default)]
pub struct UnitWish {
    /// Name to show.
    pub display_name: Option<String>,
    /// What it is for, set or cleared.
    pub description: Option<Option<String>>,
    /// Whether only administrators and its members see its members; only when it is made.
    pub hidden_membership: Option<bool>,
    /// Whether only roles that are given at it may change its members; only when it is made.
    pub restricted: Option<bool>,
}

/// Why a unit was not shown, made, changed or deleted. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum UnitError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// No such unit.
    #[error("no such administrative unit")]
    NoSuchUnit,
    /// No such directory object, or not a member.
    #[error("no such directory object: {0}")]
    NoSuchObject(UserId),
    /// A property breaks its rule.
    #[error(transparent)]
    Field(#[from] UnitFieldError),
    /// A required property is missing.
    #[error("Property {0} value is required but is empty or missing.")]
    Missing(&'static str),
    /// What a restricted unit keeps is people's accounts.
    #[error("A restricted management administrative unit can have users as members only.")]
    GroupInRestrictedUnit,
    /// Units hold people and groups.
    #[error("An administrative unit can have users and groups as members only.")]
    PrincipalInUnit,
    /// The member is there already.
    #[error("already there")]
    AlreadyThere,
    /// Not the caller's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for UnitError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { .. } => Self::AlreadyThere,
            other => Self::Fault(other.into()),
        }
    }
}

impl From<AccessError> for UnitError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Denied(denied) => Self::Denied(denied),
            AccessError::NoSuchUser => Self::NoSuchUnit,
            AccessError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Service {
    /// One unit.
    ///
    /// # Errors
    /// [`UnitError::Denied`], [`UnitError::NoSuchUnit`], [`UnitError::Fault`]
    pub async fn show_unit(&self, caller: &Caller, unit: UnitId) -> Result<AdministrativeUnit, UnitError> {
        may(caller, Action::ReadUnits, None)?;
        let found = self.store.read().await?.unit(unit).await?;
        found.ok_or(UnitError::NoSuchUnit)
    }

    /// Whether there is such a unit, for whoever sees roles.
    ///
    /// # Errors
    /// [`UnitError::Denied`], [`UnitError::NoSuchUnit`], [`UnitError::Fault`]
    pub async fn check_unit(&self, caller: &Caller, unit: UnitId) -> Result<(), UnitError> {
        may(caller, Action::ReadRoles, None)?;
        let found = self.store.read().await?.unit(unit).await?;
        found.map(drop).ok_or(UnitError::NoSuchUnit)
    }

    /// A page of units in the order of their names, those after the (name key, id) `after`.
    ///
    /// # Errors
    /// [`UnitError::Denied`], [`UnitError::Fault`]
    pub async fn list_units(
        &self,
        caller: &Caller,
        filter: Option<&UnitFilter>,
        after: Option<(&str, UnitId)>,
        limit: u32,
    ) -> Result<Vec<AdministrativeUnit>, UnitError> {
        may(caller, Action::ReadUnits, None)?;
        Ok(self.store.read().await?.units_page(filter, after, limit).await?)
    }

    /// How many units fit the filter.
    ///
    /// # Errors
    /// [`UnitError::Denied`], [`UnitError::Fault`]
    pub async fn count_units(&self, caller: &Caller, filter: Option<&UnitFilter>) -> Result<i64, UnitError> {
        may(caller, Action::ReadUnits, None)?;
        Ok(self.store.read().await?.count_units(filter).await?)
    }

    /// A page of a unit's members, those after `after`.
    ///
    /// # Errors
    /// [`UnitError::Denied`], [`UnitError::NoSuchUnit`], [`UnitError::Fault`]
    pub async fn list_unit_members(
        &self,
        caller: &Caller,
        unit: UnitId,
        after: Option<Member>,
        limit: u32,
    ) -> Result<Vec<MemberView>, UnitError> {
        may(caller, Action::ReadUnits, None)?;
        let mut reader = self.store.read().await?;
        check_members_shown(&mut reader, caller, unit).await?;
        let (sight, mut views) = (ObjectSight::of(caller), Vec::new());
        for member in reader.unit_members_page(unit, after, limit).await? {
            views.extend(sight.view(&mut reader, member).await?);
        }
        Ok(views)
    }

    /// How many members of one kind or of all a unit has.
    ///
    /// # Errors
    /// [`UnitError::Denied`], [`UnitError::NoSuchUnit`], [`UnitError::Fault`]
    pub async fn count_unit_members(
        &self,
        caller: &Caller,
        unit: UnitId,
        kind: Option<MemberKind>,
    ) -> Result<i64, UnitError> {
        may(caller, Action::ReadUnits, None)?;
        let mut reader = self.store.read().await?;
        check_members_shown(&mut reader, caller, unit).await?;
        Ok(reader.count_unit_members(unit, kind).await?)
    }

    /// Makes a unit.
    ///
    /// # Errors
    /// [`UnitError`]; a refusal for lack of permission is in the audit log.
    pub async fn create_unit(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        wish: UnitWish,
    ) -> Result<AdministrativeUnit, UnitError> {
        let trail = self.trail(caller, info);
        let permit = self
            .permit_or_record(caller, &trail, Action::WriteUnits, Activity::AddUnit, Vec::new())
            .await?;
        let name = wish.display_name.filter(|name| !name.is_empty());
        let properties = NewUnit {
            display_name: name.ok_or(UnitError::Missing("displayName"))?,
            description: wish.description.flatten(),
            hidden_membership: wish.hidden_membership.unwrap_or(false),
            restricted: wish.restricted.unwrap_or(false),
        };
        properties.validate()?;
        let unit = AdministrativeUnit {
            id: UnitId::from_bytes(self.random_id()),
            properties,
            created_at: trail.at,
        };
        let event = trail.done(Activity::AddUnit, "", vec![unit_target(&unit)]);
        self.store
            .write_with((permit, unit, event), |writer, (permit, unit, event)| {
                Box::pin(async move {
                    writer.insert_unit(permit, unit, event).await?;
                    Ok(unit.clone())
                })
            })
            .await
    }

    /// Changes a unit's name or description.
    ///
    /// # Errors
    /// [`UnitError`]; a refusal for lack of permission is in the audit log.
    pub async fn update_unit(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        unit: UnitId,
        wish: UnitWish,
    ) -> Result<(), UnitError> {
        let input = (caller.clone(), self.trail(caller, info), unit, wish);
        self.store
            .write_with(input, |writer, (caller, trail, unit, wish)| {
                Box::pin(async move {
                    let activity = Activity::UpdateUnit;
                    let (old, permit) =
                        match authorize_on_unit(writer, caller, trail, activity, *unit).await? {
                            Ok(found) => found,
                            Err(refusal) => return Ok(Err(refusal)),
                        };
                    let mut new = old.clone();
                    if let Some(name) = &wish.display_name {
                        new.properties.display_name.clone_from(name);
                    }
                    if let Some(description) = &wish.description {
                        new.properties.description.clone_from(description);
                    }
                    if let Err(wrong) = new.properties.validate() {
                        return Ok(Err(wrong.into()));
                    }
                    if new != old {
                        let mut target = unit_target(&new);
                        target.modified = differences(&old.properties, &new.properties);
                        let event = trail.done(activity, "", vec![target]);
                        writer.update_unit(&permit, &new, &event).await?;
                    }
                    Ok::<_, UnitError>(Ok(()))
                })
            })
            .await?
    }

    /// Deletes a unit and the roles that were given for it; its members stay what they are.
    ///
    /// # Errors
    /// [`UnitError`]; a refusal for lack of permission is in the audit log.
    pub async fn delete_unit(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        unit: UnitId,
    ) -> Result<(), UnitError> {
        let input = (caller.clone(), self.trail(caller, info), unit);
        self.store
            .write_with(input, |writer, (caller, trail, unit)| {
                Box::pin(async move {
                    let activity = Activity::DeleteUnit;
                    let (unit, permit) =
                        match authorize_on_unit(writer, caller, trail, activity, *unit).await? {
                            Ok(found) => found,
                            Err(refusal) => return Ok(Err(refusal)),
                        };
                    let filter = RoleAssignmentFilter {
                        scope: Some(RoleScope::Unit(unit.id)),
                        ..RoleAssignmentFilter::default()
                    };
                    take_roles(writer, &permit, trail, &filter).await?;
                    let event = trail.done(activity, "", vec![unit_target(&unit)]);
                    writer.delete_unit(&permit, unit.id, &event).await?;
                    Ok::<_, UnitError>(Ok(()))
                })
            })
            .await?
    }

    /// Puts a directory object, named by its id alone, into a unit.
    ///
    /// # Errors
    /// [`UnitError`]; a refusal for lack of permission is in the audit log.
    pub async fn join_unit(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        unit: UnitId,
        object: UserId,
    ) -> Result<(), UnitError> {
        let input = (caller.clone(), self.trail(caller, info), unit, object);
        self.store
            .write_with(input, |writer, (caller, trail, unit, object)| {
                Box::pin(async move {
                    let activity = Activity::AddMemberToUnit;
                    let (unit, permit) =
                        match authorize_on_unit(writer, caller, trail, activity, *unit).await? {
                            Ok(found) => found,
                            Err(refusal) => return Ok(Err(refusal)),
                        };
                    let (member, target) = directory_object(writer, (*object).into())
                        .await?
                        .ok_or(UnitError::NoSuchObject(*object))?;
                    match member {
                        Member::Principal(_) => return Err(UnitError::PrincipalInUnit),
                        Member::Group(_) if unit.properties.restricted => {
                            return Err(UnitError::GroupInRestrictedUnit);
                        }
                        _ => {}
                    }
                    let target = relation(target, &unit_words(&unit), true);
                    let event = trail.done(activity, "", vec![target, unit_target(&unit)]);
                    writer.add_unit_member(&permit, unit.id, member, &event).await?;
                    Ok::<_, UnitError>(Ok(()))
                })
            })
            .await?
    }

    /// Takes a directory object out of a unit.
    ///
    /// # Errors
    /// [`UnitError`]; a refusal for lack of permission is in the audit log.
    pub async fn leave_unit(
        &self,
        caller: &Caller,
        info: &RequestInfo,
        unit: UnitId,
        object: UserId,
    ) -> Result<(), UnitError> {
        let input = (caller.clone(), self.trail(caller, info), unit, object);
        self.store
            .write_with(input, |writer, (caller, trail, unit, object)| {
                Box::pin(async move {
                    let activity = Activity::RemoveMemberFromUnit;
                    let (unit, permit) =
                        match authorize_on_unit(writer, caller, trail, activity, *unit).await? {
                            Ok(found) => found,
                            Err(refusal) => return Ok(Err(refusal)),
                        };
                    let found = directory_object(writer, (*object).into()).await?;
                    let Some((member, target)) = found else {
                        return Ok(Err(UnitError::NoSuchObject(*object)));
                    };
                    let target = relation(target, &unit_words(&unit), false);
                    let event = trail.done(activity, "", vec![target, unit_target(&unit)]);
                    let left = writer
                        .remove_unit_member(&permit, unit.id, member, &event)
                        .await?;
                    Ok::<_, UnitError>(if left {
                        Ok(())
                    } else {
                        Err(UnitError::NoSuchObject(*object))
                    })
                })
            })
            .await?
    }
}

/// Whether the caller, who sees units, is shown who is in this one.
async fn check_members_shown(reader: &mut Reader, caller: &Caller, unit: UnitId) -> Result<(), UnitError> {
    let found = reader.unit(unit).await?.ok_or(UnitError::NoSuchUnit)?;
    if found.properties.hidden_membership
        && let Some(viewer) = sight(caller, Action::ReadHiddenMembers).viewer()
        && !reader.is_unit_member(unit, Member::User(viewer)).await?
    {
        return Err(Denied::Role.into());
    }
    Ok(())
}

/// Permission first, then existence.
async fn authorize_on_unit(
    writer: &mut Writer,
    caller: &Caller,
    trail: &Trail,
    activity: Activity,
    unit: UnitId,
) -> Result<Result<(AdministrativeUnit, Permit), UnitError>, StoreError> {
    let found = writer.unit(unit).await?;
    match (may(caller, Action::WriteUnits, None), found) {
        (Ok(permit), Some(unit)) => Ok(Ok((unit, permit))),
        (Ok(_), None) => Ok(Err(UnitError::NoSuchUnit)),
        (Err(denied), found) => {
            let targets: Vec<AuditTarget> = found.iter().map(unit_target).collect();
            writer
                .record(&trail.refused(activity, &denied.to_string(), targets))
                .await?;
            Ok(Err(denied.into()))
        }
    }
}

/// A unit as the log tells it beside who came or went.
fn unit_words(unit: &AdministrativeUnit) -> [(&'static str, String); 2] {
    [
        ("AdministrativeUnit.ObjectID", unit.id.to_string()),
        (
            "AdministrativeUnit.DisplayName",
            unit.properties.display_name.clone(),
        ),
    ]
}

fn differences(old: &NewUnit, new: &NewUnit) -> Vec<ModifiedProperty> {
    let fields = |unit: &NewUnit| {
        [
            ("DisplayName", Some(unit.display_name.clone())),
            ("Description", unit.description.clone()),
        ]
    };
    fields(old)
        .into_iter()
        .zip(fields(new))
        .filter(|(old, new)| old != new)
        .map(|((name, old), (_, new))| ModifiedProperty::text(name, old.as_deref(), new.as_deref()))
        .collect()
}
