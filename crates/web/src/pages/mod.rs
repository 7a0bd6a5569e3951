//! One view model per page; the template of the same name stands in `templates/`.

pub mod app;
pub mod authorize;
pub mod message;
pub mod own_sign_ins;
pub mod passkey;
pub mod password;
pub mod security_info;
pub mod set_up;
pub mod sign_in;
