//! Applications as their administrators see and change them.

use latchkey_domain::{
    AppId, AppSecret, Application, AuditEvent, ClientId, ClientRegistration, GraphPermission, Member, Permit,
    RegisteredApplication, SecretId, ServicePrincipalId, Timestamp,
};

use crate::conditions::{Conditions, prefix_end};
use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, StoreError, Writer, json};

const COLUMNS: &str = "a.id, a.client_id, a.service_principal_id, a.display_name, a.enabled, a.created_at, \
    (SELECT string_agg(p.permission, ' ') FROM application_permissions p WHERE p.client_id = a.client_id), \
    a.has_principal, r.document";
const TABLES: &str = "applications a LEFT JOIN client_registrations r ON r.client_id = a.client_id";

/// By what an application is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApplicationKey {
    /// What it signs in with.
    Client(ClientId),
    /// Its own object id.
    Object(AppId),
    /// Its service principal.
    Principal(ServicePrincipalId),
}

/// Which applications a list is about. Case makes no difference to names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApplicationFilter {
    /// Those with this name.
    DisplayNameEquals(String),
    /// Those whose name starts so.
    DisplayNameStartsWith(String),
    /// Those that sign in with one of these.
    Clients(Vec<ClientId>),
    /// Those with one of these object ids.
    Objects(Vec<AppId>),
    /// Those with one of these service principals.
    Principals(Vec<ServicePrincipalId>),
}

/// A permission of our Graph that an application holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldPermission {
    /// Who holds it.
    pub principal: ServicePrincipalId,
    /// The holder's name to show.
    pub display_name: String,
    /// What it holds.
    pub permission: GraphPermission,
    /// Since when.
    pub created_at: Timestamp,
}

impl FromRow for RegisteredApplication {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let permissions: Option<String> = row.get(6)?;
        let (enabled, has_principal): (bool, bool) = (row.get(4)?, row.get(7)?);
        Ok(Self {
            application: Application {
                id: row.get(0)?,
                client_id: row.get(1)?,
                service_principal_id: row.get(2)?,
                display_name: row.get(3)?,
                enabled: enabled && has_principal,
                created_at: row.get(5)?,
                permissions: permissions
                    .iter()
                    .flat_map(|names| names.split(' '))
                    .filter_map(GraphPermission::from_value)
                    .collect(),
            },
            principal_enabled: has_principal.then_some(enabled),
            registration: match row.get::<Option<String>>(8)? {
                Some(document) => json::read(&document)?,
                None => ClientRegistration::default(),
            },
        })
    }
}

/// A row of permissions; none: a permission that this program doesn't know opens nothing in it.
struct PermissionRow(Option<HeldPermission>);

impl FromRow for PermissionRow {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let Some(permission) = GraphPermission::from_value(row.text(2)?) else {
            return Ok(Self(None));
        };
        Ok(Self(Some(HeldPermission {
            principal: row.get(0)?,
            display_name: row.get(1)?,
            permission,
            created_at: row.get(3)?,
        })))
    }
}

const HELD: &str = "SELECT a.service_principal_id, a.display_name, p.permission, \
    COALESCE(p.created_at, a.created_at) FROM application_permissions p \
    JOIN applications a ON a.client_id = p.client_id";

impl Reader {
    /// The application of this key, with or without a service principal; by that only with one.
    pub async fn registered_application(
        &mut self,
        key: ApplicationKey,
    ) -> Result<Option<RegisteredApplication>> {
        let find = |condition: &str| format!("SELECT {COLUMNS} FROM {TABLES} WHERE {condition}");
        match key {
            ApplicationKey::Client(id) => self.query_opt(&find("a.client_id = ?1"), params![id]).await,
            ApplicationKey::Object(id) => self.query_opt(&find("a.id = ?1"), params![id]).await,
            ApplicationKey::Principal(id) => {
                let condition = "a.service_principal_id = ?1 AND a.has_principal = 1";
                self.query_opt(&find(condition), params![id]).await
            }
        }
    }

    /// The next `limit` applications after this lower-case name and client id, ordered by these two; with
    /// `principals`, only those that have a service principal.
    pub async fn applications_page(
        &mut self,
        principals: bool,
        filter: Option<&ApplicationFilter>,
        after: Option<(&str, ClientId)>,
        limit: u32,
    ) -> Result<Vec<RegisteredApplication>> {
        let text = NameRange::of(filter);
        let mut list = Conditions::default();
        narrow(&mut list, principals, filter, &text);
        if let Some((key, id)) = &after {
            let (key, id) = (list.bind(*key), list.bind(id));
            list.and_text(&format!("(a.display_name_key, a.client_id) > ({key}, {id})"));
        }
        let limit = list.bind(&limit);
        let sql = format!(
            "SELECT {COLUMNS} FROM {TABLES} {} ORDER BY a.display_name_key, a.client_id LIMIT {limit}",
            list.text()
        );
        self.query_all(&sql, list.values()).await
    }

    /// How many applications fit; with `principals`, only those that have a service principal.
    pub async fn count_applications(
        &mut self,
        principals: bool,
        filter: Option<&ApplicationFilter>,
    ) -> Result<i64> {
        let text = NameRange::of(filter);
        let mut list = Conditions::default();
        narrow(&mut list, principals, filter, &text);
        let sql = format!("SELECT COUNT(*) FROM applications a {}", list.text());
        let (count,) = self.query_one::<(i64,)>(&sql, list.values()).await?;
        Ok(count)
    }

    /// The permissions of our Graph that a service principal holds, by name.
    pub async fn permissions_held(&mut self, principal: ServicePrincipalId) -> Result<Vec<HeldPermission>> {
        let sql = format!("{HELD} WHERE a.service_principal_id = ?1 ORDER BY p.permission");
        let rows: Vec<PermissionRow> = self.query_all(&sql, params![principal]).await?;
        Ok(rows.into_iter().filter_map(|PermissionRow(held)| held).collect())
    }

    /// Who holds permissions of our Graph: the next `limit` after this holder and permission, ordered by these two.
    pub async fn permission_holders(
        &mut self,
        after: Option<(ServicePrincipalId, GraphPermission)>,
        limit: u32,
    ) -> Result<Vec<HeldPermission>> {
        let after = after.map(|(principal, permission)| (principal, permission.value()));
        let mut list = Conditions::default();
        list.and_text("a.has_principal = 1");
        if let Some((principal, permission)) = &after {
            let (principal, permission) = (list.bind(principal), list.bind(*permission));
            list.and_text(&format!(
                "(a.service_principal_id, p.permission) > ({principal}, {permission})"
            ));
        }
        let limit = list.bind(&limit);
        let sql = format!(
            "{HELD} {} ORDER BY a.service_principal_id, p.permission LIMIT {limit}",
            list.text()
        );
        let rows: Vec<PermissionRow> = self.query_all(&sql, list.values()).await?;
        Ok(rows.into_iter().filter_map(|PermissionRow(held)| held).collect())
    }
}

/// What names are compared with, in lower case; it must outlive the statement's conditions.
#[derive(Default)]
struct NameRange {
    name: String,
    end: String,
}

impl NameRange {
    fn of(filter: Option<&ApplicationFilter>) -> Self {
        match filter {
            Some(
                ApplicationFilter::DisplayNameEquals(name) | ApplicationFilter::DisplayNameStartsWith(name),
            ) => {
                let name = name.to_lowercase();
                let end = prefix_end(&name);
                Self { name, end }
            }
            _ => Self::default(),
        }
    }
}

fn narrow<'a>(
    list: &mut Conditions<'a>,
    principals: bool,
    filter: Option<&'a ApplicationFilter>,
    text: &'a NameRange,
) {
    if principals {
        list.and_text("a.has_principal = 1");
    }
    let any_of = |column: &str, places: Vec<String>, list: &mut Conditions<'a>| {
        // No id at all fits nothing.
        let places = if places.is_empty() {
            "NULL".to_owned()
        } else {
            places.join(", ")
        };
        list.and_text(&format!("{column} IN ({places})"));
    };
    match filter {
        None => {}
        Some(ApplicationFilter::DisplayNameEquals(_)) => list.and("a.display_name_key = ?", &text.name),
        Some(ApplicationFilter::DisplayNameStartsWith(_)) => {
            list.and("a.display_name_key >= ?", &text.name);
            list.and("a.display_name_key < ?", &text.end);
        }
        Some(ApplicationFilter::Clients(ids)) => {
            let places = ids.iter().map(|id| list.bind(id)).collect();
            any_of("a.client_id", places, list);
        }
        Some(ApplicationFilter::Objects(ids)) => {
            let places = ids.iter().map(|id| list.bind(id)).collect();
            any_of("a.id", places, list);
        }
        Some(ApplicationFilter::Principals(ids)) => {
            let places = ids.iter().map(|id| list.bind(id)).collect();
            any_of("a.service_principal_id", places, list);
        }
    }
}

impl Writer {
    /// Registers an application that does nothing yet: without secrets and permissions.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when one of its ids or, as `identifier_uris_pkey`, of its identifier URIs is taken.
    pub async fn register_application(
        &mut self,
        _: &Permit,
        new: &RegisteredApplication,
        event: &AuditEvent,
    ) -> Result<()> {
        let application = &new.application;
        self.check_identifiers(application.client_id, &new.registration)
            .await?;
        self.execute(
            "INSERT INTO applications (client_id, id, service_principal_id, display_name, display_name_key, enabled, \
             created_at, has_principal) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                application.client_id,
                application.id,
                application.service_principal_id,
                application.display_name,
                application.display_name.to_lowercase(),
                new.principal_enabled.unwrap_or(true),
                application.created_at,
                new.principal_enabled.is_some(),
            ],
        )
        .await?;
        self.put_registration(application.client_id, &new.registration)
            .await?;
        self.insert_audit(event).await
    }

    /// Gives an application this name, registration and state of its service principal. What else it has stays.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `identifier_uris_pkey` when another application has one of its identifier URIs; the
    /// job may go on, to record the refusal. [`StoreError::Dangling`] when there is no such application.
    pub async fn update_application(
        &mut self,
        _: &Permit,
        new: &RegisteredApplication,
        event: &AuditEvent,
    ) -> Result<()> {
        let application = &new.application;
        self.check_identifiers(application.client_id, &new.registration)
            .await?;
        self.execute(
            "UPDATE applications SET display_name = ?2, display_name_key = ?3, enabled = ?4, has_principal = ?5 \
             WHERE client_id = ?1",
            params![
                application.client_id,
                application.display_name,
                application.display_name.to_lowercase(),
                new.principal_enabled.unwrap_or(true),
                new.principal_enabled.is_some(),
            ],
        )
        .await?;
        self.put_registration(application.client_id, &new.registration)
            .await?;
        self.insert_audit(event).await
    }

    /// Takes an application out of the tenant: what its service principal held and was granted ends, and it gets no
    /// tokens any more. Should it come back, its service principal has the id `next`.
    pub async fn remove_principal(
        &mut self,
        _: &Permit,
        application: &Application,
        next: ServicePrincipalId,
        event: &AuditEvent,
    ) -> Result<()> {
        self.forget_application(application).await?;
        self.execute(
            "UPDATE applications SET has_principal = 0, service_principal_id = ?2 WHERE client_id = ?1",
            params![application.client_id, next],
        )
        .await?;
        self.insert_audit(event).await
    }

    /// Deletes an application with all that belongs to it. False: there is none.
    pub async fn delete_application(
        &mut self,
        _: &Permit,
        application: &Application,
        event: &AuditEvent,
    ) -> Result<bool> {
        self.forget_application(application).await?;
        for table in [
            "app_secrets",
            "identifier_uris",
            "client_registrations",
            "application_owners",
        ] {
            let sql = format!("DELETE FROM {table} WHERE client_id = ?1");
            self.execute(&sql, params![application.client_id]).await?;
        }
        let deleted = self
            .execute(
                "DELETE FROM applications WHERE client_id = ?1",
                params![application.client_id],
            )
            .await?;
        self.recorded(deleted, event).await
    }

    async fn forget_application(&mut self, application: &Application) -> Result<()> {
        let principal = application.service_principal_id;
        self.forget_roles(principal.into()).await?;
        self.forget_grants(principal.into()).await?;
        self.forget_ownerships(principal.into()).await?;
        self.leave_groups(Member::Principal(principal)).await?;
        for condition in [
            "delegated_grants WHERE client_id",
            "delegated_grants WHERE resource_id",
            "app_role_assignments WHERE resource_id",
        ] {
            let sql = format!("DELETE FROM {condition} = ?1");
            self.execute(&sql, params![principal]).await?;
        }
        let sql = "DELETE FROM application_permissions WHERE client_id = ?1";
        self.execute(sql, params![application.client_id]).await.map(drop)
    }

    /// Adds a secret.
    ///
    /// # Errors
    /// [`StoreError::Dangling`] when there is no such application.
    pub async fn insert_app_secret(
        &mut self,
        _: &Permit,
        secret: &AppSecret,
        event: &AuditEvent,
    ) -> Result<()> {
        self.insert_secret_row(secret).await?;
        self.insert_audit(event).await
    }

    /// Deletes a secret. False: the application has no such secret.
    pub async fn delete_app_secret(
        &mut self,
        _: &Permit,
        client_id: ClientId,
        id: SecretId,
        event: &AuditEvent,
    ) -> Result<bool> {
        let sql = "DELETE FROM app_secrets WHERE id = ?1 AND client_id = ?2";
        let deleted = self.execute(sql, params![id, client_id]).await?;
        self.recorded(deleted, event).await
    }

    /// Lets an application use a permission of our Graph in its own name.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `application_permissions_pkey` when it may already; the job may go on, to record the
    /// refusal. [`StoreError::Dangling`] when there is no such application.
    pub async fn insert_permission(
        &mut self,
        _: &Permit,
        client_id: ClientId,
        permission: GraphPermission,
        at: Timestamp,
        event: &AuditEvent,
    ) -> Result<()> {
        let inserted = self
            .execute(
                "INSERT INTO application_permissions (client_id, permission, created_at) VALUES (?1, ?2, ?3) \
                 ON CONFLICT DO NOTHING",
                params![client_id, permission.value(), at],
            )
            .await?;
        StoreError::conflict_unless(inserted == 1, "application_permissions_pkey")?;
        self.insert_audit(event).await
    }

    /// Takes a permission of our Graph away. False: the application does not hold it.
    pub async fn delete_permission(
        &mut self,
        _: &Permit,
        client_id: ClientId,
        permission: GraphPermission,
        event: &AuditEvent,
    ) -> Result<bool> {
        let sql = "DELETE FROM application_permissions WHERE client_id = ?1 AND permission = ?2";
        let deleted = self.execute(sql, params![client_id, permission.value()]).await?;
        self.recorded(deleted, event).await
    }
}
