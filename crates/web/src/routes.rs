//! The paths of this door, used by the router, the templates and the redirects alike.

/// First page of a sign-in: the account name (GET and POST).
pub const SIGN_IN: &str = "/sign-in";
/// Pass page (GET shows, POST redeems).
pub const PASS: &str = "/sign-in/pass";
/// Password page (GET shows, POST checks).
pub const PASSWORD: &str = "/sign-in/password";
/// Second factor: code of an authenticator app (GET shows, POST checks).
pub const CODE: &str = "/sign-in/code";
/// Passkey page (GET shows, POST checks the browser's answer).
pub const PASSKEY: &str = "/sign-in/passkey";
/// A new password that is owed before the sign-in can end (POST).
pub const OWED_PASSWORD: &str = "/sign-in/new-password";
/// To the provider of one's domain (GET).
pub const ORGANIZATION: &str = "/sign-in/organization";
/// Back from it (GET); the redirect URI that is registered there.
pub const FEDERATED: &str = "/sign-in/federated";
/// "Stay signed in?" (GET asks, POST takes the answer).
pub const STAY: &str = "/sign-in/stay";
/// What a password alone is told where it proves too little.
pub const STRONGER: &str = "/sign-in/stronger";
/// "Other ways to sign in" and, without a name, "Sign-in options".
pub const WAYS: &str = "/sign-in/ways";
/// "Can't access your account?"
pub const HELP: &str = "/sign-in/help";
/// Ends the session of this browser (POST).
pub const SIGN_OUT: &str = "/sign-out";
/// Where signing out lands.
pub const SIGNED_OUT: &str = "/signed-out";

/// Back from signing out at the provider of one's domain (GET); registered there.
pub const SIGNED_OUT_THERE: &str = "/signed-out/organization";

/// The authorization endpoint: applications send people here (GET and POST).
pub const AUTHORIZE: &str = "/{tenant}/oauth2/v2.0/authorize";
/// An administrator's consent to all that an application registered as wanted (GET).
pub const CONSENT_TO_REGISTERED: &str = "/{tenant}/adminconsent";
/// An administrator's consent to scopes (GET).
pub const CONSENT_TO_SCOPES: &str = "/{tenant}/v2.0/adminconsent";
/// The end-session endpoint: applications send people here to sign out (GET and POST).
pub const LOGOUT: &str = "/{tenant}/oauth2/v2.0/logout";
/// The person confirms a sign-out that an application asked for (POST).
pub const LOGOUT_CONFIRM: &str = "/authorize/logout";
/// Where an application's request goes on after a sign-in.
pub const RESUME: &str = "/authorize";
/// The account for an application's request (POST).
pub const ACCOUNT: &str = "/authorize/account";
/// What an application may do (POST).
pub const CONSENT: &str = "/authorize/consent";

/// Where a person types the code that a device shows (GET and POST); short, to be read off a screen.
pub const DEVICE: &str = "/devicelogin";
/// The same page by Entra's address.
pub const DEVICE_ALIAS: &str = "/{tenant}/oauth2/v2.0/deviceauth";
/// The person says whether the device is theirs (POST).
pub const DEVICE_CONFIRM: &str = "/authorize/device";

/// The list of one's own authentication methods.
pub const SECURITY_INFO: &str = "/security-info";
/// Short links that Entra's guides use for the same page (sign-in contract 6.1).
pub const SECURITY_INFO_ALIASES: [&str; 2] = ["/mysecurityinfo", "/mfasetup"];
/// Setting up an account after a pass (GET shows, POST leaves it).
pub const SET_UP: &str = "/set-up";
/// … when it is too late for a change: signs in once more, then goes on.
pub const SET_UP_AGAIN: &str = "/set-up/again";
/// Choice of the method to add.
pub const ADD: &str = "/security-info/add";
/// Passkey registration (GET shows, POST takes the browser's answer). A passkey's own pages are `/{id}/name`
/// and `/{id}/delete` below it.
pub const PASSKEYS: &str = "/security-info/passkeys";
/// A new passkey's name (POST), with which it is stored.
pub const PASSKEY_NEW: &str = "/security-info/passkeys/new";
/// Authenticator app wizard, first step. An app's delete page is `/{id}/delete` below it.
pub const APPS: &str = "/security-info/apps";
/// Wizard, second step: the QR code.
pub const APP_SCAN: &str = "/security-info/apps/scan";
/// Wizard, last step: the first code (GET shows, POST checks).
pub const APP_CODE: &str = "/security-info/apps/code";
/// Set or change one's password (GET shows, POST sets).
pub const MY_PASSWORD: &str = "/security-info/password";
/// Which second factor is asked for first (GET shows, POST chooses).
pub const DEFAULT_METHOD: &str = "/security-info/default-method";
/// One's own pass; `/delete` below it.
pub const MY_PASS: &str = "/security-info/pass";
/// One's own sign-ins; `/{id}/not-me` below it (GET asks, POST does).
pub const OWN_SIGN_INS: &str = "/security-info/sign-ins";
/// "Lost device? Sign out everywhere" (GET asks, POST does).
pub const SIGN_OUT_EVERYWHERE: &str = "/security-info/sign-out-everywhere";
