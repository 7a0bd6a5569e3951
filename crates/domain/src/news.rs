//! What subscribers are told of a change: read from the audit log's record of it.

use crate::{
    Activity, AuditEvent, AuditId, AuditOutcome, AuditTarget, ChangeType, GroupId, Subscription, TargetKind,
    UserId, Watched,
};

/// What a notification is about.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NewsSubject {
    /// A user.
    User(UserId),
    /// A group, with those who joined it (true) or left it (false): ids of users and groups.
    Group(GroupId, Vec<(String, bool)>),
    /// A record of the audit log.
    Audit(AuditId),
}

/// One thing that a subscriber is told.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct News {
    /// What happened.
    pub change: ChangeType,
    /// To what.
    pub subject: NewsSubject,
}

impl Subscription {
    /// What a record of the audit log tells this subscriber.
    ///
    /// As in Microsoft Graph, a new user or group shows as `updated`, and so does a user who was deleted and can still
    /// be restored. Whoever asked for `created` and not for `updated` hears of new ones as `created`.
    pub fn news(&self, event: &AuditEvent) -> Option<News> {
        let (happened, subject) = self.happened(event)?;
        let told = match happened {
            ChangeType::Created
                if self.changes.contains(&ChangeType::Updated) && self.watched != Watched::Audits =>
            {
                ChangeType::Updated
            }
            other => other,
        };
        self.changes.contains(&told).then_some(News {
            change: told,
            subject,
        })
    }

    fn happened(&self, event: &AuditEvent) -> Option<(ChangeType, NewsSubject)> {
        if self.watched == Watched::Audits {
            return Some((ChangeType::Created, NewsSubject::Audit(event.id)));
        }
        if event.outcome != AuditOutcome::Success {
            return None;
        }
        match self.watched {
            Watched::Users => of_user(event),
            Watched::User(id) => of_user(event)
                .filter(|(_, subject)| matches!(subject, NewsSubject::User(user) if *user == id)),
            Watched::Groups => of_group(event),
            Watched::Group(id) => of_group(event).filter(|(_, subject)| is_group(subject, id)),
            Watched::GroupMembers(id) => of_group(event).filter(|(_, subject)| {
                is_group(subject, id) && matches!(subject, NewsSubject::Group(_, moved) if !moved.is_empty())
            }),
            Watched::Audits => None,
        }
    }
}

fn is_group(subject: &NewsSubject, id: GroupId) -> bool {
    matches!(subject, NewsSubject::Group(group, _) if *group == id)
}

fn of_user(event: &AuditEvent) -> Option<(ChangeType, NewsSubject)> {
    let change = match event.activity {
        Activity::AddUser => ChangeType::Created,
        Activity::UpdateUser
        | Activity::EnableAccount
        | Activity::DisableAccount
        | Activity::DeleteUser
        | Activity::RestoreUser => ChangeType::Updated,
        Activity::HardDeleteUser => ChangeType::Deleted,
        _ => return None,
    };
    let user = event
        .targets
        .iter()
        .find_map(|target| id_of(target, TargetKind::User))?;
    Some((change, NewsSubject::User(user)))
}

fn of_group(event: &AuditEvent) -> Option<(ChangeType, NewsSubject)> {
    let change = match event.activity {
        Activity::AddGroup => ChangeType::Created,
        Activity::UpdateGroup
        | Activity::AddMemberToGroup
        | Activity::RemoveMemberFromGroup
        | Activity::AddOwnerToGroup
        | Activity::RemoveOwnerFromGroup => ChangeType::Updated,
        Activity::DeleteGroup => ChangeType::Deleted,
        _ => return None,
    };
    // Of a membership the group is told last, behind who it is about.
    let (group, others) = event.targets.split_last()?;
    let group = id_of(group, TargetKind::Group)?;
    let joined = match event.activity {
        Activity::AddMemberToGroup => Some(true),
        Activity::RemoveMemberFromGroup => Some(false),
        _ => None,
    };
    let moved = others
        .iter()
        .filter_map(|other| joined.map(|joined| (other.id.clone(), joined)))
        .collect();
    Some((change, NewsSubject::Group(group, moved)))
}

fn id_of<T: std::str::FromStr>(target: &AuditTarget, kind: TargetKind) -> Option<T> {
    (target.kind == kind).then(|| target.id.parse().ok()).flatten()
}
