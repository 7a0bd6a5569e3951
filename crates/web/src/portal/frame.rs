//! What surrounds every page of the portal: whose it is, who is signed in, where else to go.

use latchkey_domain::Action;
use latchkey_service::Offers;

use super::paths;
use crate::view::{Account, Site};

/// A part of the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Home,
    People,
    Groups,
    Roles,
    Units,
    Applications,
    Policy,
    Strengths,
    Federation,
    Logs,
    Keys,
    Settings,
}

impl Section {
    const ALL: [Self; 12] = [
        Self::Home,
        Self::People,
        Self::Groups,
        Self::Roles,
        Self::Units,
        Self::Applications,
        Self::Policy,
        Self::Strengths,
        Self::Federation,
        Self::Logs,
        Self::Keys,
        Self::Settings,
    ];

    const fn label(self) -> &'static str {
        match self {
            Self::Home => "Home",
            Self::People => "People",
            Self::Groups => "Groups",
            Self::Roles => "Roles",
            Self::Units => "Units",
            Self::Applications => "Applications",
            Self::Policy => "Pass policy",
            Self::Strengths => "Strengths",
            Self::Federation => "Federation",
            Self::Logs => "Logs",
            Self::Keys => "Keys",
            Self::Settings => "Settings",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Home => paths::HOME,
            Self::People => paths::PEOPLE,
            Self::Groups => paths::GROUPS,
            Self::Roles => paths::ROLES,
            Self::Units => paths::UNITS,
            Self::Applications => paths::APPLICATIONS,
            Self::Policy => paths::POLICY,
            Self::Strengths => paths::STRENGTHS,
            Self::Federation => paths::FEDERATION,
            Self::Logs => paths::LOGS,
            Self::Keys => paths::KEYS,
            Self::Settings => paths::SETTINGS,
        }
    }

    /// Whether there is something in it for this administrator.
    fn is_for(self, offers: &Offers) -> bool {
        match self {
            Self::Home => true,
            Self::People => offers.has(Action::ListUsers),
            Self::Groups => offers.has(Action::ReadGroups),
            Self::Roles => offers.has(Action::ReadRoles),
            Self::Units => offers.has(Action::ReadUnits),
            Self::Applications => offers.has(Action::ReadApplications),
            Self::Policy | Self::Strengths => offers.has(Action::ReadPolicy),
            Self::Settings => offers.has(Action::WriteBranding) || offers.has(Action::ReadPolicy),
            Self::Federation => offers.has(Action::ReadFederation),
            Self::Keys => offers.has(Action::ReadSigningKeys),
            Self::Logs => offers.has(Action::ReadSignIns) || offers.has(Action::ReadAudits),
        }
    }
}

/// One entry of the navigation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) label: &'static str,
    pub(super) path: &'static str,
    pub(super) current: bool,
}

/// What surrounds a page.
#[derive(Clone, Debug)]
pub(super) struct Frame<'a> {
    pub(super) site: Site<'a>,
    pub(super) account: Account<'a>,
    pub(super) entries: Vec<Entry>,
}

impl<'a> Frame<'a> {
    pub(super) fn new(site: Site<'a>, account: Account<'a>, offers: &Offers, at: Section) -> Self {
        let shown = Section::ALL.into_iter().filter(|section| section.is_for(offers));
        let entries = shown.map(|section| Entry {
            label: section.label(),
            path: section.path(),
            current: section == at,
        });
        Self {
            site,
            account,
            entries: entries.collect(),
        }
    }
}
