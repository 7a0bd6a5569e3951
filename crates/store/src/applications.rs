//! Applications that call in their own name, their secrets and permissions.

use std::sync::Arc;

use latchkey_domain::{
    AppSecret, Application, ApplicationStanding, AuditEvent, ClientId, GraphPermission, Permit, RoleId,
};

use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, Writer};

/// One row per role of the service principal, and one if there is none.
pub(crate) const APPLICATION: &str = "SELECT a.id, a.client_id, a.service_principal_id, a.display_name, \
    a.enabled * a.has_principal, a.created_at, \
    (SELECT string_agg(p.permission, ' ') FROM application_permissions p WHERE p.client_id = a.client_id), r.role_id \
    FROM applications a LEFT JOIN role_assignments r ON r.principal_id = a.service_principal_id \
    WHERE a.client_id = ?1 ORDER BY r.role_id";

pub(crate) const APP_SECRETS: &str = "SELECT id, client_id, hash, hint, start_at, end_at, display_name FROM app_secrets \
    WHERE client_id = ?1 ORDER BY start_at, id";

/// An application with one of its roles.
struct WithRole(Application, Option<RoleId>);

impl FromRow for WithRole {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let permissions: Option<String> = row.get(6)?;
        let application = Application {
            id: row.get(0)?,
            client_id: row.get(1)?,
            service_principal_id: row.get(2)?,
            display_name: row.get(3)?,
            enabled: row.get(4)?,
            created_at: row.get(5)?,
            // A permission that this program doesn't know opens nothing in it.
            permissions: permissions
                .iter()
                .flat_map(|names| names.split(' '))
                .filter_map(GraphPermission::from_value)
                .collect(),
        };
        Ok(Self(application, row.get(7)?))
    }
}

impl FromRow for AppSecret {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            client_id: row.get(1)?,
            hash: row.get(2)?,
            hint: row.get(3)?,
            start_at: row.get(4)?,
            end_at: row.get(5)?,
            display_name: row.get(6)?,
        })
    }
}

impl Reader {
    /// The application with its permissions and roles, as they are now.
    pub async fn application(&mut self, client_id: ClientId) -> Result<Option<Arc<ApplicationStanding>>> {
        if let Some(known) = self.known()?.and_then(|known| known.applications.get(&client_id)) {
            return Ok(Some(known));
        }
        let rows: Vec<WithRole> = self.query_all(APPLICATION, params![client_id]).await?;
        let roles = rows.iter().filter_map(|WithRole(_, role)| *role).collect();
        let first = rows.into_iter().next();
        let standing =
            first.map(|WithRole(application, _)| Arc::new(ApplicationStanding { application, roles }));
        if let (Some(standing), Some(known)) = (&standing, self.known()?) {
            known.applications.keep(client_id, standing);
        }
        Ok(standing)
    }

    /// The application's secrets, expired ones too, by their start.
    pub async fn app_secrets(&mut self, client_id: ClientId) -> Result<Arc<[AppSecret]>> {
        if let Some(known) = self.known()?.and_then(|known| known.secrets.get(&client_id)) {
            return Ok(known);
        }
        let secrets: Vec<AppSecret> = self.query_all(APP_SECRETS, params![client_id]).await?;
        let secrets = Arc::from(secrets);
        if let Some(known) = self.known()? {
            known.secrets.keep(client_id, &secrets);
        }
        Ok(secrets)
    }
}

impl Writer {
    /// Makes an application, with its first secret if it has one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`](crate::StoreError::Conflict) when one of its ids is taken.
    pub async fn insert_application(
        &mut self,
        _: &Permit,
        application: &Application,
        secret: Option<&AppSecret>,
        event: &AuditEvent,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO applications (client_id, id, service_principal_id, display_name, enabled, created_at, \
             display_name_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                application.client_id,
                application.id,
                application.service_principal_id,
                application.display_name,
                application.enabled,
                application.created_at,
                application.display_name.to_lowercase(),
            ],
        )
        .await?;
        for permission in application.permissions.iter() {
            self.execute(
                "INSERT INTO application_permissions (client_id, permission) VALUES (?1, ?2)",
                params![application.client_id, permission.value()],
            )
            .await?;
        }
        if let Some(secret) = secret {
            self.insert_secret_row(secret).await?;
        }
        self.insert_audit(event).await
    }

    pub(crate) async fn insert_secret_row(&mut self, secret: &AppSecret) -> Result<()> {
        self.execute(
            "INSERT INTO app_secrets (id, client_id, hash, hint, start_at, end_at, display_name) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                secret.id,
                secret.client_id,
                secret.hash,
                secret.hint,
                secret.start_at,
                secret.end_at,
                secret.display_name
            ],
        )
        .await
        .map(drop)
    }
}
