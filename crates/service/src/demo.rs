//! A small organisation to play with, made through the ordinary use cases.

use latchkey_crypto::{Secret, TokenKind, generate_token};
use latchkey_domain::{
    Caller, IncludeTarget, PassPolicyChange, PassRequest, RoleId, RoleScope, Seconds, TextProperty, User,
    UserRef,
};

use crate::{
    AccessError, GroupError, GroupWish, PassError, PolicyChangeError, Replaces, RequestInfo, RoleError,
    Service, SignInFailure, UserError, UserWish,
};

/// A person of the demo, with what is worth knowing about them.
#[derive(Debug)]
pub struct DemoPerson {
    /// Name to show.
    pub display_name: String,
    /// What they sign in with.
    pub user_principal_name: String,
    /// What they do.
    pub job_title: &'static str,
    /// The code of their pass, if they have one.
    pub code: Option<Secret<String>>,
    /// What can be seen with them.
    pub remark: &'static str,
}

/// Why the demo could not be made.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each is the failure of one kind of use case")]
pub enum DemoError {
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error(transparent)]
    User(#[from] UserError),
    #[error(transparent)]
    Group(#[from] GroupError),
    #[error(transparent)]
    Role(#[from] RoleError),
    #[error(transparent)]
    Pass(#[from] PassError),
    #[error(transparent)]
    Policy(#[from] PolicyChangeError),
    #[error(transparent)]
    SignIn(#[from] SignInFailure),
    #[error("'{0}' is no name to sign in with")]
    Name(String),
}

/// A person before they are made.
struct Person {
    first: &'static str,
    last: &'static str,
    department: &'static str,
    job: &'static str,
    role: Option<RoleId>,
    pass: Wanted,
}

/// The state that a person's pass is to show.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    None,
    OneTime,
    Multiple,
    Early,
    Used,
    Disabled,
}

const fn person(
    first: &'static str,
    last: &'static str,
    department: &'static str,
    job: &'static str,
    role: Option<RoleId>,
    pass: Wanted,
) -> Person {
    Person {
        first,
        last,
        department,
        job,
        role,
        pass,
    }
}

const PEOPLE: [Person; 12] = [
    person(
        "Ada",
        "Okafor",
        "Engineering",
        "Software Engineer",
        None,
        Wanted::OneTime,
    ),
    person(
        "Bruno",
        "Keller",
        "Engineering",
        "Site Reliability Engineer",
        None,
        Wanted::Multiple,
    ),
    person(
        "Chiara",
        "Rossi",
        "Design",
        "Product Designer",
        None,
        Wanted::Early,
    ),
    person("Deniz", "Aydin", "Sales", "Account Manager", None, Wanted::Used),
    person(
        "Elena",
        "Popescu",
        "External",
        "Contractor",
        None,
        Wanted::Disabled,
    ),
    person("Farid", "Haddad", "Finance", "Controller", None, Wanted::None),
    person("Grace", "Njoroge", "People", "Head of People", None, Wanted::None),
    person(
        "Hugo",
        "Lindqvist",
        "IT",
        "Service Desk",
        Some(RoleId::AUTHENTICATION_ADMINISTRATOR),
        Wanted::None,
    ),
    person(
        "Ines",
        "Carvalho",
        "IT",
        "Identity Engineer",
        Some(RoleId::AUTHENTICATION_POLICY_ADMINISTRATOR),
        Wanted::None,
    ),
    person(
        "Jonas",
        "Weber",
        "IT",
        "Head of IT",
        Some(RoleId::PRIVILEGED_AUTHENTICATION_ADMINISTRATOR),
        Wanted::None,
    ),
    person(
        "Keiko",
        "Tanaka",
        "Security",
        "Security Analyst",
        Some(RoleId::SECURITY_READER),
        Wanted::None,
    ),
    person(
        "Liam",
        "Byrne",
        "Security",
        "Auditor",
        Some(RoleId::GLOBAL_READER),
        Wanted::None,
    ),
];

/// Groups by name, with the departments whose people are in them.
const GROUPS: [(&str, &str, &[&str]); 4] = [
    (
        "Engineering and Design",
        "They build it",
        &["Engineering", "Design"],
    ),
    (
        "Business",
        "They sell it and count it",
        &["Sales", "Finance", "People"],
    ),
    ("IT and Security", "They keep it running", &["IT", "Security"]),
    (CONTRACTORS, "Outside the pass policy", &["External"]),
];
const CONTRACTORS: &str = "Contractors";

impl Service {
    /// Makes the demo, unless there are people besides the first administrator already.
    ///
    /// # Errors
    /// [`DemoError`]; what was made until then stays.
    pub async fn make_demo(&self, info: &RequestInfo) -> Result<Vec<DemoPerson>, DemoError> {
        if self.count_users(&Caller::Console).await? > 1 {
            return Ok(Vec::new());
        }
        let mut made = Vec::new();
        for person in &PEOPLE {
            made.push((person, self.make_person(info, person).await?));
        }
        let mut shown = Vec::new();
        for (person, user) in &made {
            let code = self.make_pass(info, person.pass, user).await?;
            shown.push(DemoPerson {
                display_name: user.display_name.clone(),
                user_principal_name: user.upn.to_string(),
                job_title: person.job,
                code,
                remark: person.remark(),
            });
        }
        // Afterwards, so that the contractor's pass is one that the policy no longer allows.
        self.make_groups(info, &made).await?;
        Ok(shown)
    }

    async fn make_person(&self, info: &RequestInfo, person: &Person) -> Result<User, DemoError> {
        let alias = person.first.to_lowercase();
        let text = |property, value: &str| (property, Some(value.to_owned()));
        let wish = UserWish {
            upn: Some(format!("{alias}@{}", self.tenant.default_domain)),
            display_name: Some(format!("{} {}", person.first, person.last)),
            mail_nickname: Some(alias),
            account_enabled: Some(true),
            text: vec![
                text(TextProperty::GivenName, person.first),
                text(TextProperty::Surname, person.last),
                text(TextProperty::Department, person.department),
                text(TextProperty::JobTitle, person.job),
            ],
            // Nobody knows it: they come in with a pass, as new joiners do.
            password: Some(generate_token(&*self.random, TokenKind::Csrf)),
            ..UserWish::default()
        };
        let user = self.create_user(&Caller::Console, info, wish).await?;
        if let Some(role) = person.role {
            self.assign_role(&Caller::Console, info, role, user.id.into(), RoleScope::Tenant)
                .await?;
        }
        Ok(user)
    }

    async fn make_pass(
        &self,
        info: &RequestInfo,
        wanted: Wanted,
        user: &User,
    ) -> Result<Option<Secret<String>>, DemoError> {
        if wanted == Wanted::None {
            return Ok(None);
        }
        let request = PassRequest {
            start_at: (wanted == Wanted::Early).then(|| self.now() + Seconds(3 * 24 * 3600)),
            lifetime: Some(480),
            one_time: Some(matches!(wanted, Wanted::OneTime | Wanted::Used)),
        };
        let issued = self
            .issue_pass(
                &Caller::Console,
                info,
                &UserRef::Id(user.id),
                request,
                Replaces::Whatever,
            )
            .await?;
        if wanted == Wanted::Used {
            let name = || DemoError::Name(user.upn.to_string());
            let flow = self
                .begin_flow(&self.new_browser_key(), info, "/", None)
                .with_name(user.upn.as_str())
                .map_err(|_| name())?;
            self.sign_in_with_pass(&flow, info, None, issued.code.expose())
                .await?;
        }
        Ok(Some(issued.code))
    }

    async fn make_groups(&self, info: &RequestInfo, people: &[(&Person, User)]) -> Result<(), DemoError> {
        for (name, description, departments) in GROUPS {
            let members = people
                .iter()
                .filter(|(person, _)| departments.contains(&person.department))
                .map(|(_, user)| user.id)
                .collect();
            let wish = GroupWish {
                display_name: Some(name.to_owned()),
                description: Some(Some(description.to_owned())),
                mail_nickname: Some(name.to_lowercase().replace(' ', "-")),
                members,
                ..GroupWish::default()
            };
            let group = self.create_group(&Caller::Console, info, wish).await?;
            if name == CONTRACTORS {
                let change = PassPolicyChange {
                    include: Some(vec![IncludeTarget::AllUsers]),
                    exclude: Some(vec![group.id]),
                    ..PassPolicyChange::default()
                };
                self.change_pass_policy(&Caller::Console, info, change).await?;
            }
        }
        Ok(())
    }
}

impl Person {
    const fn remark(&self) -> &'static str {
        match (self.pass, self.role) {
            (Wanted::OneTime, _) => "one-time pass, usable now",
            (Wanted::Multiple, _) => "pass for several sign-ins, usable now",
            (Wanted::Early, _) => "pass that begins in three days",
            (Wanted::Used, _) => "one-time pass, used already",
            (Wanted::Disabled, _) => "pass that the policy does not allow",
            (Wanted::None, Some(_)) => "holds a directory role",
            (Wanted::None, None) => "no pass yet",
        }
    }
}
