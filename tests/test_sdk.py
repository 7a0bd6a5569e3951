"""Microsoft's own clients, unmodified: `azure-identity` fetches the token, `msgraph-sdk` does the rest (graph
contract 18; clients contract 3 and 4). Nothing is changed but the base address and the trusted CA."""

import asyncio
import datetime
import json
import os
import subprocess
import sys
import uuid

import pytest
from azure.identity import ClientSecretCredential
from azure.identity.aio import ClientSecretCredential as AsyncClientSecretCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphServiceClient
from msgraph.generated.applications.item.add_password.add_password_post_request_body import AddPasswordPostRequestBody
from msgraph.generated.applications.item.remove_password.remove_password_post_request_body import (
    RemovePasswordPostRequestBody,
)
from msgraph.generated.models.app_role_assignment import AppRoleAssignment
from msgraph.generated.models.application import Application
from msgraph.generated.models.authentication_method_state import AuthenticationMethodState
from msgraph.generated.models.authentication_method_target import AuthenticationMethodTarget
from msgraph.generated.models.authentication_method_target_type import AuthenticationMethodTargetType
from msgraph.generated.models.group import Group
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.o_auth2_permission_grant import OAuth2PermissionGrant
from msgraph.generated.models.password_authentication_method import PasswordAuthenticationMethod
from msgraph.generated.models.password_credential import PasswordCredential
from msgraph.generated.models.password_profile import PasswordProfile
from msgraph.generated.models.reference_create import ReferenceCreate
from msgraph.generated.models.service_principal import ServicePrincipal
from msgraph.generated.models.temporary_access_pass_authentication_method import (
    TemporaryAccessPassAuthenticationMethod as Pass,
)
from msgraph.generated.models.temporary_access_pass_authentication_method_configuration import (
    TemporaryAccessPassAuthenticationMethodConfiguration as Policy,
)
from msgraph.generated.models.unified_role_assignment import UnifiedRoleAssignment
from msgraph.generated.models.user import User
from msgraph.generated.models.web_application import WebApplication
from msgraph.generated.users.item.user_item_request_builder import UserItemRequestBuilder
from msgraph.generated.users.users_request_builder import UsersRequestBuilder
from msgraph_core.requests.batch_request_builder import BatchRequestBuilder
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem
from msgraph_core.tasks.page_iterator import PageIterator

from support.server import ROOT

SCOPES = ["https://graph.microsoft.com/.default"]
NOBODY = "22222222-2222-2222-2222-222222222222"


@pytest.fixture
def trusted(shared_site, monkeypatch):
    """The environment of a script that trusts the local CA (clients contract 1)."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", shared_site.installation.ca)
    monkeypatch.setenv("SSL_CERT_FILE", shared_site.installation.ca)
    return shared_site


def credential(site, kind=ClientSecretCredential, **changes):
    application = site.installation.info["application"]
    given = {"client_id": application["clientId"], "client_secret": application["clientSecret"], **changes}
    return kind(site.installation.tenant, given["client_id"], given["client_secret"],
                authority=site.server.url, disable_instance_discovery=True)


def client(site, scopes=SCOPES, given=None):
    made = GraphServiceClient(given or credential(site), scopes=scopes)
    made.request_adapter.base_url = f"{site.server.url}/v1.0"
    return made


def run(site, script, **options):
    """Runs an `async` script with a client, whose connections end with it as they would with a program."""
    async def whole():
        graph = client(site, **options)
        try:
            await script(graph)
        finally:
            await graph.request_adapter._http_client.aclose()
    asyncio.run(whole())


def policy_of(graph):
    return (graph.policies.authentication_methods_policy.authentication_method_configurations
            .by_authentication_method_configuration_id("TemporaryAccessPass"))


def passes_of(graph, user):
    return graph.users.by_user_id(user).authentication.temporary_access_pass_methods


async def new_user(graph, name=None, **properties):
    name = name or f"sdk-{uuid.uuid4().hex[:8]}"
    return await graph.users.post(User(
        account_enabled=True, display_name="Made by the SDK", mail_nickname=name.replace("#", ""),
        user_principal_name=f"{name}@example.com",
        password_profile=PasswordProfile(password="violet anchor teapot 7"), **properties))


async def refused(call, status, code, message=None):
    """The call raises this ODataError, with both ids and the date."""
    with pytest.raises(ODataError) as caught:
        await call
    found = caught.value
    assert found.response_status_code == status
    assert found.error.code == code
    assert found.error.message
    if message:
        assert found.error.message == message
    inner = found.error.inner_error
    assert uuid.UUID(inner.request_id) and uuid.UUID(inner.client_request_id)
    assert isinstance(inner.date, datetime.datetime)
    return found


def test_a_pass_is_created_read_replaced_and_deleted_by_id_and_by_upn(trusted):
    async def script(graph):
        user = await new_user(graph)
        for key in (user.id, user.user_principal_name):
            passes = passes_of(graph, key)
            first = await passes.post(Pass())
            assert first.lifetime_in_minutes == 60
            assert first.is_usable_once is False
            assert first.is_usable is True
            assert first.method_usability_reason == "EnabledByPolicy"
            assert len(first.temporary_access_pass) == 8
            assert first.start_date_time.tzinfo is not None

            start = datetime.datetime.now(datetime.UTC).replace(microsecond=0) + datetime.timedelta(days=2)
            second = await passes.post(Pass(start_date_time=start, lifetime_in_minutes=120, is_usable_once=True))
            assert second.id != first.id
            assert second.start_date_time == start
            assert second.is_usable is False
            assert second.method_usability_reason == "NotYetValid"

            [listed] = (await passes.get()).value
            assert isinstance(listed, Pass)
            assert (listed.id, listed.temporary_access_pass) == (second.id, None)
            one = passes.by_temporary_access_pass_authentication_method_id(second.id)
            read = await one.get()
            assert (read.lifetime_in_minutes, read.is_usable_once) == (120, True)
            assert read.created_date_time.tzinfo is not None
            await refused(passes.by_temporary_access_pass_authentication_method_id(first.id).get(), 404,
                          "resourceNotFound")
            await one.delete()
            assert (await passes.get()).value == []
            await refused(one.delete(), 404, "resourceNotFound")
    run(trusted, script)


def test_the_policy_is_read_changed_and_reverted(site, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", site.installation.ca)
    monkeypatch.setenv("SSL_CERT_FILE", site.installation.ca)

    async def script(graph):
        policy = policy_of(graph)
        await policy.delete()
        default = await policy.get()
        assert isinstance(default, Policy)
        assert default.state == AuthenticationMethodState.Disabled
        assert (default.minimum_lifetime_in_minutes, default.default_lifetime_in_minutes,
                default.maximum_lifetime_in_minutes, default.default_length) == (60, 60, 1440, 8)
        assert default.is_usable_once is False
        assert [target.id for target in default.include_targets] == ["all_users"]

        await policy.patch(Policy(
            state=AuthenticationMethodState.Enabled, default_length=12, minimum_lifetime_in_minutes=10,
            maximum_lifetime_in_minutes=43200, default_lifetime_in_minutes=30, is_usable_once=True))
        changed = await policy.get()
        assert changed.state == AuthenticationMethodState.Enabled
        user = await new_user(graph)
        issued = await passes_of(graph, user.id).post(Pass())
        assert len(issued.temporary_access_pass) == 12
        assert (issued.lifetime_in_minutes, issued.is_usable_once) == (30, True)
        await refused(passes_of(graph, user.id).post(Pass(is_usable_once=False)), 400, "badRequest")

        group = await graph.groups.post(Group(display_name="In scope", mail_nickname="in-scope", mail_enabled=False,
                                              security_enabled=True))
        await policy.patch(Policy(include_targets=[AuthenticationMethodTarget(
            id=group.id, target_type=AuthenticationMethodTargetType.Group)]))
        await refused(passes_of(graph, user.id).post(Pass()), 400, "badRequest",
                      "Converged UserCredentialPolicy does not allow creating or updating this authentication "
                      "method. AuthMethodType [TemporaryAccessPass].")
        await graph.groups.by_group_id(group.id).members.ref.post(ReferenceCreate(
            odata_id=f"{graph.request_adapter.base_url}/directoryObjects/{user.id}"))
        await passes_of(graph, user.id).post(Pass())

        await refused(policy.patch(Policy(default_length=7)), 400, "badRequest")
        await policy.delete()
        assert (await policy.get()).default_length == 8
        await refused(passes_of(graph, user.id).post(Pass()), 400, "badRequest")
    run(site, script)


def test_refusals_are_odata_errors(trusted):
    async def script(graph):
        user = await new_user(graph)
        passes = passes_of(graph, user.id)
        now = datetime.datetime.now(datetime.UTC)
        for minutes in (9, 59, 1441, 43201):
            await refused(passes.post(Pass(lifetime_in_minutes=minutes)), 400, "badRequest",
                          "Invalid LifetimeInMinutes specified. The valid range between 60 and 1440.")
        for start in (now - datetime.timedelta(hours=1), now + datetime.timedelta(days=31)):
            await refused(passes.post(Pass(start_date_time=start)), 400, "badRequest")
        await refused(passes_of(graph, NOBODY).post(Pass()), 404, "resourceNotFound")
        await refused(passes_of(graph, "nobody@example.com").get(), 404, "resourceNotFound")
        await refused(graph.users.by_user_id(NOBODY).get(), 404, "Request_ResourceNotFound")
        guest = await new_user(graph, f"mila-{uuid.uuid4().hex[:6]}_partner.example#EXT#", user_type="Guest")
        await refused(passes_of(graph, guest.id).post(Pass()), 400, "badRequest",
                      "Temporary Access Pass cannot be added to an external guest user.")
        await refused(passes_of(graph, guest.user_principal_name).post(Pass()), 400, "badRequest",
                      "Temporary Access Pass cannot be added to an external guest user.")
        await refused(graph.me.get(), 400, "BadRequest",
                      "/me request is only valid with delegated authentication flow.")
        assert (await passes.get()).value == []
    run(trusted, script)


def test_methods_have_their_own_classes(trusted):
    async def script(graph):
        user = await new_user(graph)
        issued = await passes_of(graph, user.user_principal_name).post(Pass(is_usable_once=True))
        methods = graph.users.by_user_id(user.id).authentication.methods
        items = (await methods.get()).value
        assert {type(item) for item in items} == {Pass, PasswordAuthenticationMethod}
        one = await methods.by_authentication_method_id(issued.id).get()
        assert isinstance(one, Pass)
        assert one.is_usable_once is True
        assert (await graph.users.by_user_id(user.id).authentication.fido2_methods.get()).value == []
        assert (await graph.users.by_user_id(user.id).authentication.software_oath_methods.get()).value == []
        [password] = (await graph.users.by_user_id(user.id).authentication.password_methods.get()).value
        assert password.id == "28c10230-6103-485e-b985-444c60001490"
        configurations = (await graph.policies.authentication_methods_policy.get()).authentication_method_configurations
        assert any(isinstance(item, Policy) for item in configurations)
    run(trusted, script)


def test_users_groups_members_and_roles(trusted):
    async def script(graph):
        user = await new_user(graph, given_name="Ada", department="Engines")
        await graph.users.by_user_id(user.id).patch(User(job_title="Analyst"))
        assert (await graph.users.by_user_id(user.user_principal_name).get()).job_title == "Analyst"
        chosen = await graph.users.by_user_id(user.id).get(RequestConfiguration(
            query_parameters=UserItemRequestBuilder.UserItemRequestBuilderGetQueryParameters(select=["department"])))
        assert (chosen.department, chosen.display_name) == ("Engines", None)

        group = await graph.groups.post(Group(display_name="Analysts", mail_nickname=f"a{uuid.uuid4().hex[:6]}",
                                              mail_enabled=False, security_enabled=True))
        members = graph.groups.by_group_id(group.id).members
        await members.ref.post(ReferenceCreate(
            odata_id=f"{graph.request_adapter.base_url}/directoryObjects/{user.id}"))
        [member] = (await members.get()).value
        assert isinstance(member, User)
        assert member.id == user.id
        await members.by_directory_object_id(user.id).ref.delete()
        assert (await members.get()).value == []

        assignments = graph.role_management.directory.role_assignments
        made = await assignments.post(UnifiedRoleAssignment(
            role_definition_id="c4e39bd9-1100-46d3-8c65-fb160da0071f", principal_id=user.id, directory_scope_id="/"))
        assert (await assignments.by_unified_role_assignment_id(made.id).get()).principal_id == user.id
        await assignments.by_unified_role_assignment_id(made.id).delete()

        await graph.groups.by_group_id(group.id).delete()
        await graph.users.by_user_id(user.id).delete()
        await refused(graph.users.by_user_id(user.id).get(), 404, "Request_ResourceNotFound")
    run(trusted, script)


def test_a_client_is_registered_and_issues_a_pass(trusted):
    """The five calls of graph contract 12.1, then the new client at work."""
    async def script(graph):
        user = await new_user(graph)
        application = await graph.applications.post(Application(
            display_name="HR sync", web=WebApplication(redirect_uris=["https://hr.example.com/callback"])))
        one = graph.applications.by_application_id(application.id)
        secret = await one.add_password.post(AddPasswordPostRequestBody(
            password_credential=PasswordCredential(display_name="ci")))
        assert secret.end_date_time - secret.start_date_time == datetime.timedelta(days=730)
        principal = await graph.service_principals.post(ServicePrincipal(app_id=application.app_id))
        assert principal.service_principal_type == "Application"
        resource = await graph.service_principals_with_app_id("00000003-0000-0000-c000-000000000000").get()
        [role] = [role for role in resource.app_roles if role.value == "UserAuthMethod-TAP.ReadWrite.All"]
        held = graph.service_principals.by_service_principal_id(principal.id).app_role_assignments
        given = await held.post(AppRoleAssignment(
            principal_id=uuid.UUID(principal.id), resource_id=uuid.UUID(resource.id), app_role_id=role.id))
        assert (given.principal_type, given.resource_display_name) == ("ServicePrincipal", "Microsoft Graph")
        assert [item.app_role_id for item in (await held.get()).value] == [role.id]
        grant = await graph.oauth2_permission_grants.post(OAuth2PermissionGrant(
            client_id=principal.id, consent_type="AllPrincipals", resource_id=resource.id, scope="User.Read"))
        assert grant.scope == "User.Read"

        own = client(trusted, given=credential(trusted, client_id=application.app_id,
                                               client_secret=secret.secret_text))
        assert (await passes_of(own, user.id).post(Pass())).temporary_access_pass
        await refused(own.users.get(), 403, "Authorization_RequestDenied")
        await own.request_adapter._http_client.aclose()

        read = await one.get()
        assert read.web.redirect_uris == ["https://hr.example.com/callback"]
        assert [(item.display_name, item.secret_text) for item in read.password_credentials] == [("ci", None)]
        await one.remove_password.post(RemovePasswordPostRequestBody(key_id=secret.key_id))
        await graph.oauth2_permission_grants.by_o_auth2_permission_grant_id(grant.id).delete()
        await held.by_app_role_assignment_id(given.id).delete()
        await one.delete()
        await refused(one.get(), 404, "Request_ResourceNotFound")
    run(trusted, script)


def test_the_page_iterator_walks_a_filtered_list(trusted):
    async def script(graph):
        prefix = f"page{uuid.uuid4().hex[:6]}"
        made = {(await new_user(graph, f"{prefix}-{number}")).id for number in range(5)}
        page = await graph.users.get(RequestConfiguration(
            query_parameters=UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
                filter=f"startsWith(userPrincipalName,'{prefix}')", top=2, select=["id", "userPrincipalName"])))
        assert page.odata_next_link.startswith(f"{trusted.server.url}/v1.0/users?")
        found = []
        iterator = PageIterator(page, graph.request_adapter)
        await iterator.iterate(lambda user: found.append(user.id) or True)
        assert len(found) == 5
        assert set(found) == made
    run(trusted, script)


def test_a_batch_made_by_the_typed_helper(trusted):
    """The helper writes absolute addresses, `depends_on` and header names in lower case. That it can't read typed
    answers with this kiota is its own fault (graph contract 14), so the answer is read as it came."""
    async def script(graph):
        user = await new_user(graph)
        adapter = graph.request_adapter
        change = graph.users.by_user_id(user.id).to_patch_request_information(User(job_title="Analyst"))
        read = graph.users.by_user_id(user.id).to_get_request_information(RequestConfiguration(
            query_parameters=UserItemRequestBuilder.UserItemRequestBuilderGetQueryParameters(select=["jobTitle"])))
        content = BatchRequestContent()
        first = BatchRequestItem(change, id="change")
        content.add_request("change", first)
        content.add_request("read", BatchRequestItem(read, id="read", depends_on=[first]))
        nobody = graph.users.by_user_id(NOBODY).to_get_request_information()
        content.add_request("missing", BatchRequestItem(nobody, id="missing"))
        request = await BatchRequestBuilder(adapter).to_post_request_information(content)
        assert b'"url": "https://' in request.content and b'"depends_on": ["change"]' in request.content
        answer = json.loads(await adapter.send_primitive_async(request, "bytes", {}))
        found = {item["id"]: item for item in answer["responses"]}
        assert {key: item["status"] for key, item in found.items()} == {"change": 204, "read": 200, "missing": 404}
        assert found["read"]["body"]["jobTitle"] == "Analyst"
        assert found["missing"]["body"]["error"]["code"] == "Request_ResourceNotFound"
    run(trusted, script)


def test_logs_are_read_by_the_sdk(trusted):
    async def script(graph):
        user = await new_user(graph)
        issued = await passes_of(graph, user.id).post(Pass())
        page = await asyncio.to_thread(trusted.visitor().sign_in_with_pass, user.user_principal_name,
                                       issued.temporary_access_pass)
        assert page.heading == "Security info"
        found = (await graph.audit_logs.sign_ins.get()).value
        mine = [item for item in found if item.user_id == user.id]
        assert [item.status.error_code for item in mine] == [0]
        events = (await graph.audit_logs.directory_audits.get()).value
        mine = [item for item in events if any(target.id == user.id for target in item.target_resources)]
        assert any(item.result_reason == "User registered temporary access pass method" for item in mine)
    run(trusted, script)


def test_every_way_of_the_sdk_to_ask_for_a_token(trusted):
    """Without scopes, by the tenant's domain, and with the asynchronous credential, which skips discovery."""
    async def script(graph):
        assert (await graph.users.get()).value

    run(trusted, script, scopes=None)
    application = trusted.installation.info["application"]
    by_domain = ClientSecretCredential(trusted.installation.info["domain"], application["clientId"],
                                       application["clientSecret"], authority=trusted.server.url,
                                       disable_instance_discovery=True)
    run(trusted, script, given=by_domain)

    async def with_lazy_credential(_):
        async with credential(trusted, AsyncClientSecretCredential) as lazy:
            assert (await lazy.get_token(*SCOPES)).token
    run(trusted, with_lazy_credential)


@pytest.mark.parametrize("changes,number", [({"client_secret": "wrong"}, "7000215"), ({"client_id": NOBODY}, "700016")])
def test_a_wrong_client_is_told_so_by_number(trusted, changes, number):
    from azure.core.exceptions import ClientAuthenticationError
    with pytest.raises(ClientAuthenticationError) as caught:
        credential(trusted, **changes).get_token(*SCOPES)
    assert f"AADSTS{number}" in str(caught.value)


def test_the_example_names_the_ca_that_it_lacks(tmp_path):
    done = subprocess.run([sys.executable, ROOT / "examples" / "issue_pass.py", "Ada", "ada@latchkey.local"],
                          env={**os.environ, "LATCHKEY_CA": "absent.pem"}, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert str(tmp_path / "absent.pem") in done.stderr and "LATCHKEY_CA" in done.stderr
