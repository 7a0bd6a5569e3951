//! The first start: the tenant with all that is needed to go on, made in one transaction.

use std::sync::Arc;

use latchkey_crypto::{
    HashPool, Hasher, JwsAlgorithm, MasterKeys, Rng, Secret, TokenKind, generate_token, random_id_bytes,
    token_hash,
};
use latchkey_domain::{
    Action, Activity, AppId, AppSecret, Application, AuditEvent, AuditTarget, Caller, ClientId,
    CorrelationId, ModifiedProperty, Pass, PassId, PassPolicy, PassPolicyChange, PermissionSet, Permit,
    PolicyError, PrincipalId, RoleAssignment, RoleAssignmentId, RoleId, RoleScope, Seconds, SecretId,
    ServicePrincipalId, TargetKind, TenantId, TextProperties, Timestamp, Upn, User, UserId, UserType, may,
};
use latchkey_store::{Store, StoreError, StoredSigningKey, Tenant, Writer};

use crate::roles::role_words;
use crate::signing_keys::{key_event, new_keys};
use crate::trail::{Trail, relation, user_target};
use crate::{Clock, Fault, RequestInfo};

/// How long the first application's secret works: two years, as Graph's `addPassword` has it.
const SECRET_LIFETIME: Seconds = Seconds(730 * 24 * 3600);

/// What a tenant is made with: its parts and the operator's choices.
pub struct NewTenant<'a> {
    /// Where it will live; must hold no tenant.
    pub store: &'a Store,
    /// The key ring that seals and peppers.
    pub master_keys: &'a Arc<MasterKeys>,
    /// The hashing threads.
    pub hash_pool: &'a Arc<HashPool>,
    /// The random source.
    pub random: &'a Rng,
    /// The present time.
    pub clock: &'a dyn Clock,
    /// The organisation's name to show.
    pub display_name: String,
    /// Its domain, such as `example.com`.
    pub domain: String,
    /// The first administrator's name, in that domain.
    pub administrator: Upn,
}

/// What the first start hands over, shown once.
#[derive(Debug)]
pub struct FirstSecrets {
    /// The tenant.
    pub tenant: TenantId,
    /// The first administrator.
    pub administrator: UserId,
    /// The administrator's name.
    pub user_principal_name: String,
    /// The administrator's one-time pass.
    pub pass: Secret<String>,
    /// Until when the pass works.
    pub pass_end: Timestamp,
    /// The application for scripts: what it signs in with.
    pub client_id: ClientId,
    /// Its secret.
    pub client_secret: Secret<String>,
}

/// Why no tenant was made. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The database holds one already.
    #[error("the database holds a tenant already")]
    TenantExists,
    /// The domain is none.
    #[error("'{0}' is no domain name")]
    Domain(String),
    /// The administrator's name is in another domain.
    #[error("the administrator's name must end in @{0}")]
    ForeignAdministrator(String),
    /// The organisation's name is empty or longer than 256 characters.
    #[error("the organisation's name must have 1 to 256 characters")]
    DisplayName,
    /// Not the operator's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for SetupError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { .. } => Self::TenantExists,
            other => Self::Fault(other.into()),
        }
    }
}

/// Makes the tenant: its domain, the pass policy switched on for everyone, a Global Administrator with a one-time pass,
/// an application with every permission, and the signing keys.
///
/// The policy differs from Entra's default, which is off: people who install this want passes.
///
/// # Errors
/// [`SetupError`]; nothing is changed then.
pub async fn create_tenant(new: NewTenant<'_>) -> Result<FirstSecrets, SetupError> {
    let domain = check_names(&new.display_name, &new.domain, &new.administrator)?;
    let now = new.clock.now();
    let policy = PassPolicy::default()
        .changed(&PassPolicyChange {
            enabled: Some(true),
            ..PassPolicyChange::default()
        })
        .map_err(|error: PolicyError| Fault::Internal(error.to_string()))?;
    let hasher = Hasher::new(
        Arc::clone(new.hash_pool),
        Arc::new(new.master_keys.peppers()),
        Arc::clone(new.random),
    );
    let (code, verifier) = hasher.new_code(policy.length()).await.map_err(Fault::from)?;
    let client_secret = generate_token(&**new.random, TokenKind::ClientSecret);
    let algorithms = JwsAlgorithm::ALL.to_vec();
    let keys = new_keys(new.master_keys, new.random, algorithms, now, now).await?;

    let id = || random_id_bytes(&**new.random);
    let user = administrator(UserId::from_bytes(id()), new.administrator, now);
    let application = Application {
        id: AppId::from_bytes(id()),
        client_id: ClientId::from_bytes(id()),
        service_principal_id: ServicePrincipalId::from_bytes(id()),
        display_name: "Latchkey administration".to_owned(),
        enabled: true,
        permissions: PermissionSet::every_application_permission(),
        created_at: now,
    };
    let secret = AppSecret {
        id: SecretId::from_bytes(id()),
        client_id: application.client_id,
        display_name: None,
        hash: token_hash(client_secret.expose()),
        hint: client_secret.expose().chars().take(3).collect(),
        start_at: now,
        end_at: now + SECRET_LIFETIME,
    };
    let pass = Pass {
        id: PassId::from_bytes(id()),
        user_id: user.id,
        created_at: now,
        start_at: now,
        lifetime: policy.maximum(),
        one_time: true,
        used_at: None,
        blocked_at: None,
        from_console: true,
    };
    let roles = [
        PrincipalId::from(user.id),
        application.service_principal_id.into(),
    ]
    .map(|principal| RoleAssignment {
        id: RoleAssignmentId::from_bytes(id()),
        role: RoleId::GLOBAL_ADMINISTRATOR,
        principal,
        scope: RoleScope::Tenant,
        created_at: now,
    });
    let tenant = Tenant {
        id: TenantId::from_bytes(id()),
        display_name: new.display_name,
        default_domain: domain.clone(),
        domains: vec![domain],
        created_at: now,
    };
    let info = RequestInfo::console(CorrelationId::from_bytes(id()));
    let secrets = FirstSecrets {
        tenant: tenant.id,
        administrator: user.id,
        user_principal_name: user.upn.to_string(),
        pass: code,
        pass_end: pass.end(),
        client_id: application.client_id,
        client_secret,
    };
    let work = FirstRows {
        trail: Trail::console(Arc::clone(new.random), now, info),
        verifier: verifier.to_text(),
        tenant,
        policy,
        user,
        pass,
        application,
        secret,
        roles,
        keys,
    };
    new.store
        .write_with(work, |writer, work| Box::pin(work.write(writer)))
        .await?;
    Ok(secrets)
}

/// The domain in lower case, if all names of a tenant are in order.
///
/// # Errors
/// [`SetupError`]
pub fn check_names(display_name: &str, domain: &str, administrator: &Upn) -> Result<String, SetupError> {
    let lower = domain.trim().to_lowercase();
    // The rules of names are those of user names.
    if Upn::parse(&format!("a@{lower}")).is_err() {
        return Err(SetupError::Domain(domain.to_owned()));
    }
    let domain = lower;
    if administrator.domain() != domain || administrator.is_external_guest() {
        return Err(SetupError::ForeignAdministrator(domain));
    }
    if display_name.trim().is_empty() || display_name.chars().count() > 256 {
        return Err(SetupError::DisplayName);
    }
    Ok(domain)
}

fn administrator(id: UserId, upn: Upn, now: Timestamp) -> User {
    let mail_nickname = upn
        .alias()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(64)
        .collect();
    User {
        id,
        upn,
        display_name: "Administrator".to_owned(),
        mail_nickname,
        account_enabled: true,
        user_type: UserType::Member,
        text: TextProperties::default(),
        employee_hire_date: None,
        created_at: now,
        password_changed_at: None,
        must_change_password: false,
        sessions_valid_from: now,
    }
}

struct FirstRows {
    trail: Trail,
    tenant: Tenant,
    policy: PassPolicy,
    user: User,
    pass: Pass,
    verifier: String,
    application: Application,
    secret: AppSecret,
    roles: [RoleAssignment; 2],
    keys: Vec<StoredSigningKey>,
}

impl FirstRows {
    async fn write(&self, writer: &mut Writer) -> Result<(), SetupError> {
        if writer.tenant().await?.is_some() {
            return Err(SetupError::TenantExists);
        }
        let permit = may(&Caller::Console, Action::AssignRole, None)
            .map_err(|denied| Fault::Internal(denied.to_string()))?;
        writer
            .create_tenant(&permit, &self.tenant, &self.tenant_event())
            .await?;
        writer
            .save_policy(&permit, &self.policy, self.trail.at, &self.policy_event())
            .await?;
        let who = user_target(&self.user);
        writer
            .insert_user(
                &permit,
                &self.user,
                None,
                &self.event(Activity::AddUser, who.clone()),
            )
            .await?;
        self.write_application(writer, &permit).await?;
        for role in &self.roles {
            writer
                .insert_role_assignment(&permit, role, &self.role_event(role))
                .await?;
        }
        let mut pass_target = who;
        pass_target.modified = vec![
            ModifiedProperty::text(
                "TemporaryAccessPass.TemporaryAccessPass.Id",
                None,
                Some(&self.pass.id.to_string()),
            ),
            ModifiedProperty::text(
                "TemporaryAccessPass.TemporaryAccessPass.AccessPassUsage",
                None,
                Some("OneTime"),
            ),
        ];
        let mut issued = self.event(Activity::AdminRegisteredSecurityInfo, pass_target);
        "Admin registered temporary access pass method for user".clone_into(&mut issued.reason);
        writer
            .issue_pass(&permit, &self.pass, &self.verifier, None, &issued)
            .await?;
        for key in &self.keys {
            let event = key_event(&self.trail, &key.kid, "UseFrom", &key.use_from.to_rfc3339());
            writer.insert_signing_key(key, &event).await?;
        }
        Ok(())
    }

    async fn write_application(&self, writer: &mut Writer, permit: &Permit) -> Result<(), StoreError> {
        let permissions: Vec<&str> = self
            .application
            .permissions
            .iter()
            .map(latchkey_domain::GraphPermission::value)
            .collect();
        let mut target = target_of(
            TargetKind::Application,
            self.application.id.to_string(),
            &self.application.display_name,
        );
        target.modified = vec![ModifiedProperty::text(
            "AppRoles",
            None,
            Some(&permissions.join(" ")),
        )];
        let event = self.event(Activity::AddApplication, target);
        writer
            .insert_application(permit, &self.application, Some(&self.secret), &event)
            .await
    }

    fn tenant_event(&self) -> AuditEvent {
        let name = &self.tenant.display_name;
        self.event(
            Activity::TenantCreated,
            target_of(TargetKind::Directory, self.tenant.id.to_string(), name),
        )
    }

    fn policy_event(&self) -> AuditEvent {
        let mut target = target_of(
            TargetKind::Policy,
            "TemporaryAccessPass".to_owned(),
            "Authentication Methods Policy",
        );
        target.modified = vec![ModifiedProperty::text("state", Some("disabled"), Some("enabled"))];
        self.event(Activity::PolicyUpdate, target)
    }

    fn role_event(&self, assignment: &RoleAssignment) -> AuditEvent {
        let mut who = if assignment.principal == PrincipalId::from(self.user.id) {
            user_target(&self.user)
        } else {
            let name = &self.application.display_name;
            target_of(TargetKind::Application, assignment.principal.to_string(), name)
        };
        who = relation(who, &role_words(self.tenant.id, assignment.role), true);
        let role = target_of(
            TargetKind::Role,
            assignment.role.to_string(),
            "Global Administrator",
        );
        self.trail.done(Activity::AddMemberToRole, "", vec![who, role])
    }

    fn event(&self, activity: Activity, target: AuditTarget) -> AuditEvent {
        self.trail.done(activity, "", vec![target])
    }
}

fn target_of(kind: TargetKind, id: String, name: &str) -> AuditTarget {
    AuditTarget {
        kind,
        id,
        display_name: Some(name.to_owned()),
        upn: None,
        modified: Vec::new(),
    }
}
