//! Handlers of security info: the list, adding, changing, deleting, signing out (sign-in contract 5 and 6).

mod apps;
mod default_method;
mod delete;
mod failure;
mod leaving;
pub(crate) mod overview;
mod passkeys;
mod password;
mod set_up;
mod sign_ins;

use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use latchkey_service::Service;

use crate::answer::redirect;
use crate::pages::security_info::Done;
use crate::routes;
use crate::visit::Member;

/// The pages of a session.
pub(crate) fn router() -> Router<Arc<Service>> {
    let aliases = routes::SECURITY_INFO_ALIASES
        .into_iter()
        .chain(["/"])
        .fold(Router::new(), |router, alias| {
            router.route(alias, get(async || redirect(routes::SECURITY_INFO)))
        });
    aliases
        .route(routes::SECURITY_INFO, get(overview::show))
        .route(routes::ADD, get(overview::add))
        .route(routes::SET_UP, get(set_up::show).post(set_up::leave))
        .route(routes::SET_UP_AGAIN, get(set_up::again))
        .route(routes::PASSKEYS, get(passkeys::show).post(passkeys::take_answer))
        .route(routes::PASSKEY_NEW, axum::routing::post(passkeys::register))
        .route(
            &format!("{}/{{id}}/name", routes::PASSKEYS),
            get(passkeys::show_name).post(passkeys::rename),
        )
        .route(
            &format!("{}/{{id}}/delete", routes::PASSKEYS),
            get(delete::ask_passkey).post(delete::passkey),
        )
        .route(routes::APPS, get(apps::intro))
        .route(routes::APP_SCAN, get(apps::scan))
        .route(routes::APP_CODE, get(apps::show_code).post(apps::take_code))
        .route(
            &format!("{}/{{id}}/delete", routes::APPS),
            get(delete::ask_app).post(delete::app),
        )
        .route(
            &format!("{}/delete", routes::MY_PASS),
            get(delete::ask_pass).post(delete::pass),
        )
        .route(routes::MY_PASSWORD, get(password::show).post(password::set))
        .route(
            routes::DEFAULT_METHOD,
            get(default_method::show).post(default_method::choose),
        )
        .route(routes::OWN_SIGN_INS, get(sign_ins::list))
        .route(
            &format!("{}/{{id}}/not-me", routes::OWN_SIGN_INS),
            get(sign_ins::ask).post(sign_ins::disown),
        )
        .route(routes::SIGN_OUT, get(leaving::ask).post(leaving::sign_out))
        .route(routes::SIGNED_OUT, get(leaving::signed_out))
        .route(
            routes::SIGN_OUT_EVERYWHERE,
            get(leaving::ask_everywhere).post(leaving::everywhere),
        )
}

/// Back to the list, which tells once what was done; to the next step where the account is being set up.
fn back_to_list(member: &Member, done: Done) -> Response {
    if member.set_up.is_some() {
        return redirect(&member.account().home());
    }
    redirect(&format!("{}?done={}", routes::SECURITY_INFO, done.query()))
}
