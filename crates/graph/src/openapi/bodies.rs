//! What bodies have; how to read it is said in `models`.

/// A paragraph each.
pub(super) const BODIES: &str = "
newTemporaryAccessPass
startDateTime: date?, lifetimeInMinutes: int?, isUsableOnce: bool?

newPassword
newPassword: text?

newFido2Method
displayName: text?, *publicKeyCredential: any

changedSignInPreferences
isSystemPreferredAuthenticationMethodEnabled: bool?, userPreferredMethodForSecondaryAuthentication: 'oath'?

changedRequirements
*perUserMfaState: 'disabled|enabled|enforced'

changedMethodsPolicy
registrationEnforcement: changedEnforcement?

changedEnforcement
authenticationMethodsRegistrationCampaign: changedCampaign?

changedCampaign
snoozeDurationInDays: int?, state: 'default|enabled|disabled'?, includeTargets: [newCampaignTarget]?
excludeTargets: [newTarget]?, enforceRegistrationAfterAllowedSnoozes: bool?

newCampaignTarget
*id: text, targetType: 'group'?, *targetedAuthenticationMethod: 'fido2|softwareOath'

newTarget
*id: text, targetType: 'group'?, isRegistrationRequired: bool?

changedConfiguration
state: 'enabled|disabled', defaultLifetimeInMinutes: int?, defaultLength: int?, minimumLifetimeInMinutes: int?
maximumLifetimeInMinutes: int?, isUsableOnce: bool?, isSelfServiceRegistrationAllowed: bool?
keyRestrictions: changedKeyRestrictions?, includeTargets: [newTarget]?, excludeTargets: [newTarget]?

changedKeyRestrictions
isEnforced: bool?, enforcementType: 'allow|block'?, aaGuids: [id]?

newStrength
*displayName: text, description: text?, *allowedCombinations: [text]

changedStrength
displayName: text?, description: text?

newCombinations
*allowedCombinations: [text]

newUser
*userPrincipalName: text, *displayName: text, *mailNickname: text, *accountEnabled: bool, *passwordProfile: passwordProfile
userType: 'Member|Guest'?, manager@odata.bind: text?, businessPhones: [text]?, city: text?, companyName: text?
country: text?, department: text?, employeeHireDate: date?, employeeId: text?, employeeType: text?, givenName: text?
jobTitle: text?, mail: text?, mobilePhone: text?, officeLocation: text?, otherMails: [text]?, passwordPolicies: text?
postalCode: text?, preferredLanguage: text?, showInAddressList: bool?, state: text?, streetAddress: text?
surname: text?, usageLocation: text?

changedUser
userPrincipalName: text, displayName: text, mailNickname: text, accountEnabled: bool?, passwordProfile: passwordProfile?
userType: 'Member|Guest'?, businessPhones: [text]?, city: text?, companyName: text?
country: text?, department: text?, employeeHireDate: date?, employeeId: text?, employeeType: text?, givenName: text?
jobTitle: text?, mail: text?, mobilePhone: text?, officeLocation: text?, otherMails: [text]?, passwordPolicies: text?
postalCode: text?, preferredLanguage: text?, showInAddressList: bool?, state: text?, streetAddress: text?
surname: text?, usageLocation: text?

passwordProfile
password: text?, forceChangePasswordNextSignIn: bool?, forceChangePasswordNextSignInWithMfa: bool?

newReference
*@odata.id: text

newGroup
*displayName: text, *mailEnabled: bool, *mailNickname: text, *securityEnabled: bool, description: text?
isAssignableToRole: bool?, visibility: text?, groupTypes: [text]?, members@odata.bind: [text]?
owners@odata.bind: [text]?

changedGroup
displayName: text?, mailNickname: text?, description: text?, visibility: text?, members@odata.bind: [text]?

groupIds
*groupIds: [text]

objectIds
*ids: [text]

securityEnabledOnly
securityEnabledOnly: bool?

wantedObjects
*ids: [text], types: [text]?

newRoleAssignment
*roleDefinitionId: text, *principalId: text, *directoryScopeId: text

newDirectoryRole
*roleTemplateId: text

newUnit
*displayName: text, description: text?, visibility: 'Public|HiddenMembership'?, membershipType: 'Assigned'?
isMemberManagementRestricted: bool?

changedUnit
displayName: text?, description: text?

newScopedRoleMembership
*roleId: text, *roleMemberInfo: newRoleMember

newRoleMember
*id: text

newApplication
*displayName: text, description: text?, notes: text?, tags: [text]?, isFallbackPublicClient: bool?, identifierUris: [text]?
web: newWeb?, spa: newRedirects?, publicClient: newRedirects?, info: newInfo?, api: newApi?, appRoles: [newAppRole]?
requiredResourceAccess: [newRequiredResource]?, signInAudience: 'AzureADMyOrg'?, optionalClaims: newOptionalClaims?
owners@odata.bind: [text]?
groupMembershipClaims: 'None|SecurityGroup|All'?, latchkey: changedApplicationLatchkey?

changedApplication
displayName: text?, description: text?, notes: text?, tags: [text]?, isFallbackPublicClient: bool?, identifierUris: [text]?
web: newWeb?, spa: newRedirects?, publicClient: newRedirects?, info: newInfo?, api: newApi?, appRoles: [newAppRole]?
requiredResourceAccess: [newRequiredResource]?, signInAudience: 'AzureADMyOrg'?, optionalClaims: newOptionalClaims?
groupMembershipClaims: 'None|SecurityGroup|All'?, latchkey: changedApplicationLatchkey?, keyCredentials: [newKeyCredential]?

newWeb
redirectUris: [text]?, homePageUrl: text?, logoutUrl: text?, implicitGrantSettings: newImplicitGrant?

newImplicitGrant
enableAccessTokenIssuance: bool?, enableIdTokenIssuance: bool?

newRedirects
redirectUris: [text]?

newInfo
termsOfServiceUrl: text?, privacyStatementUrl: text?

newApi
oauth2PermissionScopes: [newScope]?, requestedAccessTokenVersion: int?

newScope
*id: id, *value: text, isEnabled: bool?, type: 'User|Admin'?, adminConsentDisplayName: text?
adminConsentDescription: text?, userConsentDisplayName: text?, userConsentDescription: text?

newAppRole
*id: id, *value: text, *displayName: text, *description: text, isEnabled: bool?
*allowedMemberTypes: ['User|Application']

newRequiredResource
*resourceAppId: id, resourceAccess: [requiredPermission]?

newOptionalClaims
idToken: [newOptionalClaim]?, accessToken: [newOptionalClaim]?

newOptionalClaim
*name: text

changedApplicationLatchkey
tokenSigningAlgorithm: 'RS256|ES256|EdDSA'?, backChannelLogoutUrl: text?, requirePushedAuthorizationRequests: bool?
dpopBoundAccessTokens: bool?

newKeyCredential
keyId: text?, key: text?, displayName: text?, startDateTime: date?, endDateTime: date?, type: 'AsymmetricX509Cert'?
usage: 'Verify'?

addedPassword
passwordCredential: newPasswordCredential?

newPasswordCredential
displayName: text?, startDateTime: date?, endDateTime: date?

removedPassword
*keyId: text

newServicePrincipal
*appId: text, accountEnabled: bool?, appRoleAssignmentRequired: bool?, tags: [text]?, latchkey: changedPrincipalLatchkey?

changedServicePrincipal
accountEnabled: bool?, appRoleAssignmentRequired: bool?, tags: [text]?, latchkey: changedPrincipalLatchkey?

changedPrincipalLatchkey
requiredAuthenticationStrength: id?

newAppRoleAssignment
*principalId: text, *resourceId: text, *appRoleId: text

newPermissionGrant
*clientId: text, *consentType: 'Principal|AllPrincipals', principalId: text?, *resourceId: text, scope: text?

changedPermissionGrant
*scope: text

newSubscription
*resource: text, *changeType: text, *notificationUrl: text, *expirationDateTime: date, clientState: text?
lifecycleNotificationUrl: text?, latestSupportedTlsVersion: 'v1_2|v1_3'?

changedSubscription
*expirationDateTime: date
";
