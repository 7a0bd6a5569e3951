//! What answers have; how to read it is said in `models`.

/// A paragraph each; `@odata.` annotations may stand anywhere.
pub(super) const ANSWERS: &str = "
user
id: id, accountEnabled: bool?, businessPhones: [text], city: text?, companyName: text?, country: text?
createdDateTime: date?, deletedDateTime: date?, department: text?, displayName: text?, employeeHireDate: date?
employeeId: text?, employeeType: text?, givenName: text?, jobTitle: text?, lastPasswordChangeDateTime: date?
mail: text?, mailNickname: text?, mobilePhone: text?, officeLocation: text?, postalCode: text?
preferredLanguage: text?, signInSessionsValidFromDateTime: date?, state: text?, streetAddress: text?
surname: text?, usageLocation: text?, userPrincipalName: text?, userType: 'Member|Guest'?
otherMails: [text], passwordPolicies: text?, showInAddressList: bool?, signInActivity: signInActivity?
manager: user?, directReports: [directoryObject], memberOf: [directoryObject], transitiveMemberOf: [directoryObject]
@removed: removed

signInActivity
lastSignInDateTime: date?, lastSignInRequestId: id?, lastSuccessfulSignInDateTime: date?
lastSuccessfulSignInRequestId: id?, lastNonInteractiveSignInDateTime: date?, lastNonInteractiveSignInRequestId: id?

group
id: id, createdDateTime: date?, description: text?, displayName: text?, isAssignableToRole: bool?, mailEnabled: bool?
mailNickname: text?, renewedDateTime: date?, securityEnabled: bool?, visibility: text?
members: [directoryObject], owners: [directoryObject], memberOf: [directoryObject]
transitiveMemberOf: [directoryObject], members@delta: [any], @removed: removed

removed
*reason: 'changed|deleted'

administrativeUnit
id: id, description: text?, displayName: text?, isMemberManagementRestricted: bool?, membershipType: 'Assigned'?
visibility: 'Public|HiddenMembership'?

directoryRole
id: id, description: text?, displayName: text?, roleTemplateId: id?

directoryRoleTemplate
id: id, deletedDateTime: null, description: text, displayName: text

application
id: id, api: applicationApi, appId: id, appRoles: [appRole], createdDateTime: date, description: text?
displayName: text, groupMembershipClaims: 'SecurityGroup|All'?, identifierUris: [text], info: applicationInfo
isFallbackPublicClient: bool?
keyCredentials: [keyCredential], latchkey: applicationLatchkey, notes: text?, optionalClaims: optionalClaims
parentalControlSettings: parentalControl, passwordCredentials: [passwordCredential], publicClient: redirects
publisherDomain: text?, requiredResourceAccess: [requiredResource], signInAudience: 'AzureADMyOrg', spa: redirects
tags: [text], web: applicationWeb

servicePrincipal
id: id, accountEnabled: bool, appDescription: text?, appDisplayName: text, appId: id, appOwnerOrganizationId: id?
appRoleAssignmentRequired: bool, appRoles: [appRole], displayName: text, homepage: text?, info: applicationInfo?
keyCredentials: [keyCredential], latchkey: principalLatchkey?, logoutUrl: text?, oauth2PermissionScopes: [scope]
replyUrls: [text], servicePrincipalNames: [text], servicePrincipalType: 'Application'
signInAudience: 'AzureADMyOrg|AzureADMultipleOrgs', tags: [text]

applicationApi
acceptMappedClaims: null, knownClientApplications: [null], oauth2PermissionScopes: [scope]
preAuthorizedApplications: [null], requestedAccessTokenVersion: int?

scope
*id: id, value: text?, type: 'User|Admin', isEnabled: bool, adminConsentDisplayName: text, adminConsentDescription: text
userConsentDisplayName: text?, userConsentDescription: text?, origin: text

appRole
*id: id, allowedMemberTypes: ['User|Application'], description: text, displayName: text, isEnabled: bool, origin: text
value: text?

applicationInfo
logoUrl: null, marketingUrl: null, privacyStatementUrl: text?, supportUrl: null, termsOfServiceUrl: text?

keyCredential
customKeyIdentifier: null, displayName: text?, endDateTime: date, key: null, *keyId: id, startDateTime: date
type: 'AsymmetricX509Cert', usage: 'Verify'

applicationLatchkey
backChannelLogoutUrl: text?, dpopBoundAccessTokens: bool, requirePushedAuthorizationRequests: bool
tokenSigningAlgorithm: text

principalLatchkey
requiredAuthenticationStrength: id?

optionalClaims
accessToken: [optionalClaim], idToken: [optionalClaim], saml2Token: [null]

optionalClaim
additionalProperties: [null], essential: bool, *name: text, source: null

parentalControl
countriesBlockedForMinors: [null], legalAgeGroupRule: text

passwordCredential
customKeyIdentifier: null, displayName: text?, endDateTime: date, hint: text?, *keyId: id, secretText: text?
startDateTime: date

redirects
redirectUris: [text]

requiredResource
*resourceAppId: text, resourceAccess: [requiredPermission]

requiredPermission
*id: id, *type: 'Scope|Role'

applicationWeb
homePageUrl: text?, implicitGrantSettings: implicitGrant, logoutUrl: text?, redirectUris: [text], redirectUriSettings: [null]

implicitGrant
enableAccessTokenIssuance: bool, enableIdTokenIssuance: bool

authenticationStrength
id: id, allowedCombinations: [text], createdDateTime: date, description: text, displayName: text
modifiedDateTime: date, policyType: 'builtIn|custom', requirementsSatisfied: 'mfa|none'

changedCombinations
*previousCombinations: [text], *currentCombinations: [text], conditionalAccessReferences: [null]
additionalInformation: null

temporaryAccessPass
*id: id, *createdDateTime: date, *startDateTime: date, *lifetimeInMinutes: int, *isUsableOnce: bool, *isUsable: bool
*methodUsabilityReason: 'EnabledByPolicy|DisabledByPolicy|Expired|NotYetValid|OneTimeUsed', *temporaryAccessPass: text?
lastUsedDateTime: date?

nothing
*id: null

authentication
*id: id

passwordMethod
*id: id, createdDateTime: date?, password: null, lastUsedDateTime: date?

fido2Method
*id: text, createdDateTime: date, displayName: text, aaGuid: id, model: text?, attestationCertificates: [text]
attestationLevel: 'attested|notAttested', passkeyType: 'deviceBound|synced', lastUsedDateTime: date?

softwareOathMethod
*id: id, createdDateTime: date, secretKey: null, lastUsedDateTime: date?

passwordReset
newPassword: text

longRunningOperation
*id: id, createdDateTime: date, lastActionDateTime: date, resourceLocation: text, *status: 'succeeded', statusDetail: text

creationOptions
*challengeTimeoutDateTime: date, *publicKey: any

signInPreferences
*isSystemPreferredAuthenticationMethodEnabled: bool, *userPreferredMethodForSecondaryAuthentication: 'oath'?

strongAuthenticationRequirements
*perUserMfaState: 'disabled|enabled|enforced'

authenticationMethodsPolicy
*id: text, displayName: text, description: text, lastModifiedDateTime: date?, policyVersion: text
policyMigrationState: text, reconfirmationInDays: null, registrationEnforcement: registrationEnforcement
*authenticationMethodConfigurations: [methodConfiguration]

registrationEnforcement
authenticationMethodsRegistrationCampaign: campaign

campaign
snoozeDurationInDays: int, state: 'default|enabled|disabled', includeTargets: [campaignTarget]
excludeTargets: [target], enforceRegistrationAfterAllowedSnoozes: bool

campaignTarget
*id: text, *targetType: 'group', targetedAuthenticationMethod: 'fido2|softwareOath'

target
*id: text, *targetType: 'group', isRegistrationRequired: bool

methodConfiguration
*@odata.type: text, *id: text, *state: 'enabled|disabled', *includeTargets: [target], *excludeTargets: [target]
defaultLifetimeInMinutes: int, defaultLength: int, minimumLifetimeInMinutes: int, maximumLifetimeInMinutes: int
isUsableOnce: bool, isSelfServiceRegistrationAllowed: bool, isAttestationEnforced: bool
keyRestrictions: keyRestrictions, isSoftwareOathEnabled: bool, allowExternalIdToUseEmailOtp: 'disabled'
isOfficePhoneAllowed: bool, certificateUserBindings: [null]

keyRestrictions
isEnforced: bool, enforcementType: 'allow|block', aaGuids: [id]

reference
*@odata.id: text

booleanValue
*value: bool

roleDefinition
id: id, templateId: id, displayName: text, description: text, isBuiltIn: bool, isEnabled: bool, resourceScopes: [text]
rolePermissions: [rolePermission], version: text, isPrivileged: bool

rolePermission
allowedResourceActions: [text], condition: null

roleAssignment
id: text, roleDefinitionId: id, principalId: id, directoryScopeId: text, principalOrganizationId: id, resourceScope: text
principal: directoryObject?, roleDefinition: roleDefinition?, directoryScope: administrativeUnit?

scopedRoleMembership
*id: text, *roleId: id, *administrativeUnitId: id, *roleMemberInfo: roleMemberInfo

roleMemberInfo
*id: id, displayName: text?, userPrincipalName: text

appRoleAssignment
*id: text, deletedDateTime: null, *appRoleId: id, createdDateTime: date, principalDisplayName: text?, *principalId: id
principalType: 'User|Group|ServicePrincipal', resourceDisplayName: text?, *resourceId: id

oAuth2PermissionGrant
*id: text, *clientId: id, *consentType: 'Principal|AllPrincipals', principalId: id?, *resourceId: id, scope: text

signIn
id: id, createdDateTime: date, userDisplayName: text?, userPrincipalName: text?, userId: id, appId: text?
appDisplayName: text?, ipAddress: text, clientAppUsed: text, userAgent: text?, correlationId: id, originalRequestId: id
conditionalAccessStatus: 'notApplied', appliedConditionalAccessPolicies: [null], isInteractive: bool, riskDetail: 'none'
riskLevelAggregated: 'none', riskLevelDuringSignIn: 'none', riskState: 'none', riskEventTypes: [null]
riskEventTypes_v2: [null], resourceDisplayName: text, resourceId: id, resourceTenantId: id, homeTenantId: id
servicePrincipalId: text, servicePrincipalName: null, status: signInStatus, deviceDetail: deviceDetail
location: signInLocation, authenticationRequirement: text, authenticationDetails: [authenticationDetail]
authenticationMethodsUsed: [text], signInEventTypes: [text], sessionId: id?

signInStatus
*errorCode: int, failureReason: text, additionalDetails: text?

deviceDetail
deviceId: text, displayName: null, browser: null, operatingSystem: null, isCompliant: bool, isManaged: bool, trustType: null

signInLocation
city: null, state: null, countryOrRegion: null, geoCoordinates: null

authenticationDetail
authenticationStepDateTime: date, authenticationMethod: text, authenticationMethodDetail: text?, succeeded: bool
authenticationStepResultDetail: text?, authenticationStepRequirement: text?

directoryAudit
*id: id, category: text, correlationId: id, *result: 'success|failure', resultReason: text, *activityDisplayName: text
*activityDateTime: date, loggedByService: text, operationType: text, initiatedBy: initiator
targetResources: [auditTarget], additionalDetails: [keyValue]

initiator
user: initiatingUser?, app: initiatingApp?

initiatingUser
id: id, displayName: text?, userPrincipalName: text?, ipAddress: text?

initiatingApp
appId: id?, displayName: text?, servicePrincipalId: id?, servicePrincipalName: null

auditTarget
id: text, displayName: text?, type: text, userPrincipalName: text?, groupType: null, modifiedProperties: [modifiedProperty]

modifiedProperty
displayName: text, oldValue: text?, newValue: text?

keyValue
key: text, value: text

userRegistrationDetails
*id: id, lastUpdatedDateTime: date, methodsRegistered: [text], systemPreferredAuthenticationMethods: [text]
userDisplayName: text, userPreferredMethodForSecondaryAuthentication: 'oath|none', userPrincipalName: text
userType: 'member|guest', isAdmin: bool, isMfaCapable: bool, isMfaRegistered: bool, isPasswordlessCapable: bool
isSsprCapable: bool, isSsprEnabled: bool, isSsprRegistered: bool, isSystemPreferredAuthenticationMethodEnabled: bool

organization
id: id, displayName: text, verifiedDomains: [verifiedDomain], tenantType: 'AAD', createdDateTime: date
countryLetterCode: null, onPremisesSyncEnabled: null, preferredLanguage: null, technicalNotificationMails: [null]

verifiedDomain
*name: text, isDefault: bool, isInitial: bool, type: 'Managed|Federated', capabilities: text

domain
id: text, authenticationType: 'Managed|Federated', availabilityStatus: null, isAdminManaged: bool, isDefault: bool
isInitial: bool, isRoot: bool, isVerified: bool, manufacturer: null, model: null, passwordValidityPeriodInDays: int
passwordNotificationWindowInDays: null, state: null, supportedServices: [text]

subscription
id: id, resource: text, applicationId: id, changeType: text, clientState: text?, notificationUrl: text
lifecycleNotificationUrl: text?, expirationDateTime: date, creatorId: id, includeResourceData: bool
latestSupportedTlsVersion: 'v1_2|v1_3'
";
