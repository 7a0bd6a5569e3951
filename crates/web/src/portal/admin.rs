//! Who is let in to the portal.

use std::sync::Arc;

use askama::Template;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;
use latchkey_domain::{Action, Caller, UserRef};
use latchkey_service::{AccessError, ApplicationError, GroupError, Offers, RoleError, Service, UnitError};

use super::frame::{Frame, Section};
use crate::answer::{Stop, page};
use crate::pages::message::Message;
use crate::view::Site;
use crate::visit::{Fields, Member, MemberPosted};

/// An administrator, with what the roles held at this moment allow.
pub(crate) struct Admin {
    pub(super) member: Member,
    pub(super) caller: Caller,
    pub(super) offers: Offers,
}

#[derive(Template)]
#[template(path = "portal/gone.html")]
struct Gone<'a> {
    site: Site<'a>,
    frame: Frame<'a>,
    /// Whoever was looked for may be on the list of deleted people.
    among_deleted: bool,
}

/// A form of an administrator.
pub(crate) struct AdminPosted {
    pub(super) admin: Admin,
    pub(super) fields: Fields,
}

impl Admin {
    async fn new(member: Member) -> Result<Self, Stop> {
        match member.visit.service.open_portal(&member.signed_in).await {
            Ok((caller, offers)) => Ok(Self {
                member,
                caller,
                offers,
            }),
            Err(AccessError::Fault(fault)) => Err(member.visit.fault(&fault)),
            Err(_) => {
                let session = &member.signed_in.session;
                let message = if member.visit.service.is_for_registering_only(session) {
                    Message::PassOnlyRegisters
                } else {
                    Message::NotAdministrator
                };
                Err(member.visit.message(StatusCode::FORBIDDEN, message, None).into())
            }
        }
    }

    pub(super) fn service(&self) -> &Service {
        &self.member.visit.service
    }

    /// What surrounds a page.
    pub(super) fn frame(&self, at: Section) -> Frame<'_> {
        Frame::new(self.member.visit.site(), self.member.account(), &self.offers, at)
    }

    /// A page that says why not.
    pub(super) fn failed(&self, error: &AccessError) -> Stop {
        let visit = &self.member.visit;
        match error {
            AccessError::Denied(_) => self.not_allowed(),
            AccessError::NoSuchUser => self.gone(self.offers.has(Action::ListUsers)).into(),
            AccessError::Fault(fault) => visit.fault(fault),
        }
    }

    /// The caller with the roles of this moment, if the session still stands.
    pub(super) async fn caller_now(&self) -> Option<Caller> {
        let member = self.member.visit.signed_in().await.ok().flatten()?;
        if member.session.id != self.member.signed_in.session.id {
            return None;
        }
        let opened = self.service().open_portal(&member).await;
        opened.ok().map(|(caller, _)| caller)
    }

    /// Stops whoever may not do this whatever it is aimed at.
    pub(super) fn needs(&self, action: Action) -> Result<(), Stop> {
        if self.offers.has(action) {
            Ok(())
        } else {
            Err(self.not_allowed())
        }
    }

    /// As [`Self::failed`], for what is about groups.
    pub(super) fn group_failed(&self, error: &GroupError) -> Stop {
        match error {
            GroupError::Denied(_) | GroupError::Hidden => self.not_allowed(),
            GroupError::Fault(fault) => self.member.visit.fault(fault),
            _ => self.not_found().into(),
        }
    }

    /// As [`Self::failed`], for what is about applications.
    pub(super) fn application_failed(&self, error: &ApplicationError) -> Stop {
        match error {
            ApplicationError::Denied(_) => self.not_allowed(),
            ApplicationError::Fault(fault) => self.member.visit.fault(fault),
            _ => self.not_found().into(),
        }
    }

    /// As [`Self::failed`], for what is about roles.
    pub(super) fn role_failed(&self, error: &RoleError) -> Stop {
        match error {
            RoleError::Denied(_) => self.not_allowed(),
            RoleError::Fault(fault) => self.member.visit.fault(fault),
            _ => self.not_found().into(),
        }
    }

    /// As [`Self::failed`], for what is about units.
    pub(super) fn unit_failed(&self, error: &UnitError) -> Stop {
        match error {
            UnitError::Denied(_) => self.not_allowed(),
            UnitError::Fault(fault) => self.member.visit.fault(fault),
            _ => self.not_found().into(),
        }
    }

    /// 404, for something that a page of ours may have shown a moment ago.
    pub(super) fn not_found(&self) -> Response {
        self.gone(false)
    }

    fn gone(&self, among_deleted: bool) -> Response {
        let mut frame = self.frame(Section::Home);
        for entry in &mut frame.entries {
            entry.current = false;
        }
        let site = self.member.visit.site();
        page(
            StatusCode::NOT_FOUND,
            &Gone {
                site,
                frame,
                among_deleted,
            },
        )
    }

    /// 403: the same words whatever is missing.
    pub(super) fn not_allowed(&self) -> Stop {
        let visit = &self.member.visit;
        visit
            .message(StatusCode::FORBIDDEN, Message::NotAllowed, None)
            .into()
    }

    /// Uses the mark of a form up whose answer shows a secret: a reload must not make a second one.
    pub(super) async fn take_form(&self, fields: &Fields) -> Result<(), Stop> {
        let visit = &self.member.visit;
        let taken = self
            .service()
            .take_form(&self.member.signed_in, fields.get("mark"))
            .await;
        if taken.map_err(|fault| visit.fault(&fault))? {
            Ok(())
        } else {
            Err(visit
                .message(StatusCode::CONFLICT, Message::FormUsed, None)
                .into())
        }
    }

    /// The person that a path names by id.
    pub(super) fn named(&self, id: &str) -> Result<UserRef, Stop> {
        match id.parse() {
            Ok(id) => Ok(UserRef::Id(id)),
            Err(_) => Err(self.not_found().into()),
        }
    }
}

impl FromRequestParts<Arc<Service>> for Admin {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Result<Self, Stop> {
        Self::new(Member::from_request_parts(parts, service).await?).await
    }
}

impl FromRequest<Arc<Service>> for AdminPosted {
    type Rejection = Stop;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, Stop> {
        let MemberPosted { member, fields } = MemberPosted::from_request(request, service).await?;
        let admin = Admin::new(member).await?;
        Ok(Self { admin, fields })
    }
}
