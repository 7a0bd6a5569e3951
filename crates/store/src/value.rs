//! What goes into a statement and what comes out of it, the same for both engines.
//!
//! Four kinds of value are stored: null, a whole number (`INTEGER`/`BIGINT`), text, bytes. Booleans are 0
//! and 1, times are microseconds, ids are 16 bytes.

use latchkey_domain::{
    AppId, AppRoleId, AuditId, AuthorizationId, ClientId, CorrelationId, GroupId, Minutes, PassId,
    PrincipalId, RoleAssignmentId, RoleId, SecretId, ServicePrincipalId, SessionId, SignInId, StrengthId,
    SubscriptionId, TenantId, Timestamp, TotpId, UnitId, Upn, UserId,
};

use crate::{Result, StoreError};

/// A parameter of a statement: the `N`th is `?N` in its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// No value.
    Null,
    /// A whole number, a boolean, a time.
    Integer(i64),
    /// Text.
    Text(&'a str),
    /// Bytes, ids among them.
    Blob(&'a [u8]),
}

/// The parameters of a statement, in order: `params![user_id, now, Some(name)]`.
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::value::Param::value(&$value)),*][..] };
}
pub(crate) use params;

impl Value<'_> {
    /// A time that may be absent.
    pub(crate) fn of_time(time: Option<Timestamp>) -> Self {
        time.map_or(Self::Null, |time| Self::Integer(time.as_micros()))
    }
}

/// What can be a parameter.
pub(crate) trait Param {
    /// As it is stored.
    fn value(&self) -> Value<'_>;
}

impl<T: Param + ?Sized> Param for &T {
    fn value(&self) -> Value<'_> {
        (**self).value()
    }
}

impl<T: Param> Param for Option<T> {
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, Param::value)
    }
}

impl Param for Value<'_> {
    fn value(&self) -> Value<'_> {
        *self
    }
}

macro_rules! parameters {
    ($($kind:ty, $value:ident => $stored:expr;)+) => {$(
        impl Param for $kind {
            fn value(&self) -> Value<'_> {
                let $value = self;
                $stored
            }
        }
    )+};
}

parameters! {
    str, text => Value::Text(text);
    String, text => Value::Text(text);
    [u8], bytes => Value::Blob(bytes);
    Vec<u8>, bytes => Value::Blob(bytes);
    bool, value => Value::Integer(i64::from(*value));
    i64, value => Value::Integer(*value);
    u32, value => Value::Integer(i64::from(*value));
    Timestamp, time => Value::Integer(time.as_micros());
    Minutes, span => Value::Integer(i64::from(span.0));
}

impl<const N: usize> Param for [u8; N] {
    fn value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

/// One value of a row, as the engine holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cell<'a> {
    /// No value.
    Null,
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
}

/// A type that can be read from one column.
pub(crate) trait Column: Sized {
    /// Reads the value.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the column holds another kind of value.
    fn from_cell(cell: Cell<'_>) -> Result<Self>;
}

fn unexpected<T>(wanted: &str, cell: Cell<'_>) -> Result<T> {
    let found = match cell {
        Cell::Null => "no value",
        Cell::Integer(_) => "a number",
        Cell::Text(_) => "text",
        Cell::Blob(_) => "bytes",
    };
    Err(StoreError::Corrupt(format!("{found} where {wanted} should be")))
}

impl Column for i64 {
    fn from_cell(cell: Cell<'_>) -> Result<Self> {
        match cell {
            Cell::Integer(value) => Ok(value),
            other => unexpected("a number", other),
        }
    }
}

impl Column for u32 {
    fn from_cell(cell: Cell<'_>) -> Result<Self> {
        let value = i64::from_cell(cell)?;
        Self::try_from(value).map_err(|_| StoreError::Corrupt(format!("{value} is out of range")))
    }
}

impl Column for bool {
    fn from_cell(cell: Cell<'_>) -> Result<Self> {
        match cell {
            Cell::Integer(0) => Ok(false),
            Cell::Integer(1) => Ok(true),
            other => unexpected("0 or 1", other),
        }
    }
}

impl Column for String {
    fn from_cell(cell: Cell<'_>) -> Result<Self> {
        match cell {
            Cell::Text(text) => Ok(text.to_owned()),
            other => unexpected("text", other),
        }
    }
}

impl Column for Vec<u8> {
    fn from_cell(cell: Cell<'_>) -> Result<Self> {
        match cell {
            Cell::Blob(bytes) => Ok(bytes.to_owned()),
            other => unexpected("bytes", other),
        }
    }
}

impl<const N: usize> Column for [u8; N] {
    fn from_cell(cell: Cell<'_>) -> Result<Self> {
        match cell {
            Cell::Blob(bytes) => Self::try_from(bytes)
                .map_err(|_| StoreError::Corrupt(format!("{} bytes where {N} should be", bytes.len()))),
            other => unexpected("bytes", other),
        }
    }
}

impl<T: Column> Column for Option<T> {
    fn from_cell(cell: Cell<'_>) -> Result<Self> {
        match cell {
            Cell::Null => Ok(None),
            other => T::from_cell(other).map(Some),
        }
    }
}

impl Column for Timestamp {
    fn from_cell(cell: Cell<'_>) -> Result<Self> {
        i64::from_cell(cell).map(Self::from_micros)
    }
}

impl Column for Minutes {
    fn from_cell(cell: Cell<'_>) -> Result<Self> {
        u32::from_cell(cell).map(Self)
    }
}

impl Column for Upn {
    fn from_cell(cell: Cell<'_>) -> Result<Self> {
        match cell {
            Cell::Text(text) => {
                Self::parse(text).map_err(|_| StoreError::Corrupt("a stored UPN is not a UPN".to_owned()))
            }
            other => unexpected("a UPN", other),
        }
    }
}

macro_rules! id_columns {
    ($($id:ty),+ $(,)?) => {$(
        impl Param for $id {
            fn value(&self) -> Value<'_> {
                Value::Blob(self.as_bytes())
            }
        }

        impl Column for $id {
            fn from_cell(cell: Cell<'_>) -> Result<Self> {
                <[u8; 16]>::from_cell(cell).map(Self::from_bytes)
            }
        }
    )+};
}

id_columns!(
    AppId,
    AppRoleId,
    AuditId,
    AuthorizationId,
    ClientId,
    CorrelationId,
    GroupId,
    PassId,
    PrincipalId,
    RoleAssignmentId,
    RoleId,
    SecretId,
    ServicePrincipalId,
    SessionId,
    SignInId,
    TenantId,
    StrengthId,
    SubscriptionId,
    TotpId,
    UnitId,
    UserId,
);
