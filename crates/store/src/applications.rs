//! Applications, their secrets and permissions.

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use latchkey_domain::{
    AppSecret, Application, ApplicationStanding, AuditEvent, ClientId, GraphPermission, PermissionSet,
    Permit, RoleId,
};

use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, StoreError, Writer};

/// An application with one of its roles.
struct WithRole(Application, Option<RoleId>);

impl FromRow for WithRole {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let application = Application {
            client_id: row.get(0)?,
            id: row.get(1)?,
            service_principal_id: row.get(2)?,
            display_name: row.get(3)?,
            enabled: row.get(4)?,
            permissions: read_permissions(row.text(5)?)?,
            created_at: row.get(6)?,
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
        })
    }
}

impl Reader {
    /// An application with its permissions and directory roles as they are now.
    pub async fn application(&mut self, client: ClientId) -> Result<Option<ApplicationStanding>> {
        let sql = "SELECT a.client_id, a.id, a.service_principal_id, a.display_name, a.enabled, a.permissions, \
            a.created_at, r.role_id FROM applications a \
            LEFT JOIN role_assignments r ON r.principal_id = a.service_principal_id \
            WHERE a.client_id = ?1 ORDER BY r.role_id";
        let rows: Vec<WithRole> = self.query_all(sql, params![client]).await?;
        let roles = rows.iter().filter_map(|WithRole(_, role)| *role).collect();
        let application = rows
            .into_iter()
            .next()
            .map(|WithRole(application, _)| application);
        Ok(application.map(|application| ApplicationStanding { application, roles }))
    }

    /// An application's secrets, by their start.
    pub async fn app_secrets(&mut self, client: ClientId) -> Result<Vec<AppSecret>> {
        let sql = "SELECT id, client_id, hash, hint, start_at, end_at FROM app_secrets WHERE client_id = ?1 \
            ORDER BY start_at, id";
        self.query_all(sql, params![client]).await
    }
}

impl Writer {
    /// Makes an application with its first secret.
    pub async fn insert_application(
        &mut self,
        _: &Permit,
        application: &Application,
        secret: &AppSecret,
        event: &AuditEvent,
    ) -> Result<()> {
        let sql = "INSERT INTO applications (client_id, id, service_principal_id, display_name, enabled, \
            permissions, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let names: Vec<&str> = application
            .permissions
            .iter()
            .map(GraphPermission::value)
            .collect();
        let values = params![
            application.client_id,
            application.id,
            application.service_principal_id,
            application.display_name,
            application.enabled,
            names.join(" "),
            application.created_at,
        ];
        self.execute(sql, values).await?;
        let sql = "INSERT INTO app_secrets (id, client_id, hash, hint, start_at, end_at) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let values = params![
            secret.id,
            secret.client_id,
            secret.hash,
            secret.hint,
            secret.start_at,
            secret.end_at
        ];
        self.execute(sql, values).await?;
        self.record(event).await
    }
}

/// Reads the names of permissions. Most applications hold one of a few sets, and every call with a token reads
/// one, so sets that were read are kept.
fn read_permissions(names: &str) -> Result<PermissionSet> {
    const KEPT: usize = 256;
    static KNOWN: LazyLock<RwLock<HashMap<String, PermissionSet>>> = LazyLock::new(RwLock::default);
    if let Some(known) = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(names) {
        return Ok(*known);
    }
    let unknown = |name| StoreError::Corrupt(format!("an unknown permission {name}"));
    let set: PermissionSet = names
        .split_ascii_whitespace()
        .map(|name| GraphPermission::from_value(name).ok_or_else(|| unknown(name)))
        .collect::<Result<_>>()?;
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    if known.len() < KEPT {
        known.insert(names.to_owned(), set);
    }
    Ok(set)
}
