//! Administrative units, their members and the roles that are given for them, on both engines.

use latchkey_domain::{
    Activity, AdministrativeUnit, HeldRoles, Member, NewUnit, PrincipalId, RoleAssignment, RoleAssignmentId,
    RoleId, RoleScope, TargetUnit, UnitId,
};

use crate::group_tests::{NOW, add_group, change, count, event, group, group_id, permit, user};
use crate::testing::for_each_engine;
use crate::{Result, RoleAssignmentFilter, Store, UnitFilter, Writer};

fn unit(n: u8, name: &str, restricted: bool) -> AdministrativeUnit {
    AdministrativeUnit {
        id: UnitId::from_bytes([n; 16]),
        properties: NewUnit {
            display_name: name.to_owned(),
            description: Some("what for".to_owned()),
            hidden_membership: false,
            restricted,
        },
        created_at: NOW,
    }
}

async fn add(store: &Store, unit: AdministrativeUnit, n: u8) -> Result<()> {
    store
        .write_with(unit, move |w, unit| {
            Box::pin(async move { w.insert_unit(&permit(), unit, &event(Activity::AddUnit, n)).await })
        })
        .await
}

async fn join(store: &Store, unit: u8, member: Member, n: u8) -> Result<()> {
    let unit = UnitId::from_bytes([unit; 16]);
    change!(store, w => w.add_unit_member(&permit(), unit, member, &event(Activity::AddMemberToUnit, n)))
}

async fn give(store: &Store, n: u8, holder: u8, role: RoleId, scope: RoleScope) -> Result<()> {
    let assignment = RoleAssignment {
        id: RoleAssignmentId::from_bytes([n; 16]),
        role,
        principal: PrincipalId::from(user(holder)),
        scope,
        created_at: NOW,
    };
    store
        .write_with(assignment, move |w, assignment| {
            Box::pin(async move {
                w.insert_role_assignment(&permit(), assignment, &event(Activity::AddScopedMemberToRole, n))
                    .await
            })
        })
        .await
}

#[tokio::test]
async fn units_are_made_listed_changed_and_deleted() {
    for_each_engine(|store| async move {
        for (n, name) in [(1, "Plant B"), (2, "plant a"), (3, "Office")] {
            add(&store, unit(n, name, n == 2), n).await.unwrap();
        }
        assert!(
            add(&store, unit(1, "again", false), 9)
                .await
                .unwrap_err()
                .is_conflict("administrative_units_pkey")
        );
        let mut r = store.read().await.unwrap();
        assert_eq!(
            r.unit(unit(2, "", false).id).await.unwrap(),
            Some(unit(2, "plant a", true))
        );
        assert_eq!(r.unit(UnitId::from_bytes([9; 16])).await.unwrap(), None);
        assert_eq!(r.count_units(None).await.unwrap(), 3);
        for (filter, number) in [
            (UnitFilter::DisplayNameEquals("PLANT B".into()), 1),
            (UnitFilter::DisplayNameStartsWith("Plant".into()), 2),
            (UnitFilter::DisplayNameStartsWith("Q".into()), 0),
        ] {
            assert_eq!(r.count_units(Some(&filter)).await.unwrap(), number, "{filter:?}");
        }
        let page = async |filter: Option<UnitFilter>, after: Option<(&str, UnitId)>| {
            let mut r = store.read().await.unwrap();
            let found = r.units_page(filter.as_ref(), after, 2).await.unwrap();
            found.iter().map(|unit| unit.id.as_bytes()[0]).collect::<Vec<_>>()
        };
        assert_eq!(page(None, None).await, [3, 2]);
        assert_eq!(
            page(None, Some(("plant a", UnitId::from_bytes([2; 16])))).await,
            [1]
        );
        assert_eq!(
            page(Some(UnitFilter::DisplayNameEquals("PLANT B".into())), None).await,
            [1]
        );
        assert_eq!(
            page(Some(UnitFilter::DisplayNameStartsWith("Plant".into())), None).await,
            [2, 1]
        );

        // Only name and description change.
        let mut changed = unit(2, "Plant C", false);
        changed.properties.description = None;
        changed.properties.hidden_membership = true;
        let new = changed.clone();
        let updated = store
            .write_with(new, |w, new| {
                Box::pin(async move {
                    w.update_unit(&permit(), new, &event(Activity::UpdateUnit, 4))
                        .await
                })
            })
            .await;
        assert!(updated.unwrap_or_else(|error: crate::StoreError| panic!("{error}")));
        changed.properties.restricted = true;
        changed.properties.hidden_membership = false;
        assert_eq!(
            store.read().await.unwrap().unit(changed.id).await.unwrap(),
            Some(changed.clone())
        );

        join(&store, 2, Member::User(user(7)), 5).await.unwrap();
        give(
            &store,
            6,
            8,
            RoleId::AUTHENTICATION_ADMINISTRATOR,
            RoleScope::Unit(changed.id),
        )
        .await
        .unwrap();
        let id = changed.id;
        assert!(change!(store, w => w.delete_unit(&permit(), id, &event(Activity::DeleteUnit, 7))).unwrap());
        assert!(!change!(store, w => w.delete_unit(&permit(), id, &event(Activity::DeleteUnit, 8))).unwrap());
        let mut r = store.read().await.unwrap();
        assert_eq!(
            r.role_assignments(&RoleAssignmentFilter::default())
                .await
                .unwrap(),
            []
        );
        assert_eq!(r.target_standing(user(7)).await.unwrap().units, []);
        assert_eq!(count(&store, Activity::DeleteUnit).await, 1);
    })
    .await;
}

#[tokio::test]
async fn members_come_in_pages_and_leave_with_their_deletion() {
    for_each_engine(|store| async move {
        add(&store, unit(1, "One", false), 1).await.unwrap();
        add_group(&store, group(5, "Group")).await.unwrap();
        let members = [Member::User(user(2)), Member::User(user(3)), Member::Group(group_id(5))];
        for (n, member) in members.into_iter().enumerate() {
            join(&store, 1, member, u8::try_from(n).unwrap() + 10).await.unwrap();
        }
        assert!(join(&store, 1, members[0], 20).await.unwrap_err().is_conflict("unit_members_pkey"));
        assert!(join(&store, 9, members[0], 21).await.is_err(), "there is no such unit");
        let id = UnitId::from_bytes([1; 16]);
        let mut r = store.read().await.unwrap();
        assert_eq!(r.unit_members_page(id, None, 2).await.unwrap(), members[..2]);
        assert_eq!(r.unit_members_page(id, Some(members[1]), 2).await.unwrap(), members[2..]);
        assert_eq!(r.count_unit_members(id, None).await.unwrap(), 3);
        let groups = Some(crate::MemberKind::Group);
        assert_eq!(r.count_unit_members(id, groups).await.unwrap(), 1);
        let remove = |member, n| {
            let store = store.clone();
            async move {
                change!(store, w => w.remove_unit_member(&permit(), id, member, &event(Activity::RemoveMemberFromUnit, n)))
            }
        };
        assert!(remove(members[0], 30).await.unwrap());
        assert!(!remove(members[0], 31).await.unwrap());
        change!(store, w => w.delete_group(&permit(), group_id(5), &event(Activity::DeleteGroup, 32))).unwrap();
        change!(store, w => w.forget_principal(user(3))).unwrap();
        assert_eq!(store.read().await.unwrap().count_unit_members(id, None).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn roles_for_units_stand_beside_those_for_the_tenant() {
    for_each_engine(|store| async move {
        let (auth, reader) = (RoleId::AUTHENTICATION_ADMINISTRATOR, RoleId::GLOBAL_READER);
        let (plain, closed) = (UnitId::from_bytes([1; 16]), UnitId::from_bytes([2; 16]));
        add(&store, unit(1, "Plain", false), 1).await.unwrap();
        add(&store, unit(2, "Closed", true), 2).await.unwrap();
        give(&store, 1, 7, auth, RoleScope::Unit(plain)).await.unwrap();
        give(&store, 2, 7, auth, RoleScope::Unit(closed)).await.unwrap();
        give(&store, 3, 7, reader, RoleScope::Tenant).await.unwrap();
        give(&store, 4, 8, auth, RoleScope::Unit(plain)).await.unwrap();
        let twice = give(&store, 5, 7, auth, RoleScope::Unit(plain))
            .await
            .unwrap_err();
        assert!(
            twice.is_conflict("role_assignments_principal_id_role_id_key"),
            "{twice}"
        );

        let mut r = store.read().await.unwrap();
        let held = r.held_roles(PrincipalId::from(user(7))).await.unwrap();
        let sorted = |held: HeldRoles| {
            let mut units = held.units;
            units.sort_unstable();
            (held.tenant, units)
        };
        assert_eq!(sorted(held), (vec![reader], vec![(auth, plain), (auth, closed)]));
        assert_eq!(r.roles_of(PrincipalId::from(user(7))).await.unwrap(), [reader]);
        let standing = r.target_standing(user(7)).await.unwrap();
        assert_eq!(standing.roles.len(), 2, "one is held for two units");
        assert!(standing.has_role_in_restricted_unit && !standing.in_role_assignable_group);
        let other = r.target_standing(user(8)).await.unwrap();
        assert_eq!(other.roles, [auth]);
        assert!(!other.has_role_in_restricted_unit);

        join(&store, 1, Member::User(user(9)), 40).await.unwrap();
        join(&store, 2, Member::User(user(9)), 41).await.unwrap();
        let mut units = r.target_standing(user(9)).await.unwrap().units;
        units.sort_unstable_by_key(|unit| unit.id);
        let expected = [(plain, false), (closed, true)].map(|(id, restricted)| TargetUnit { id, restricted });
        assert_eq!(units, expected);

        let list = async |filter: RoleAssignmentFilter| {
            let found = store
                .read()
                .await
                .unwrap()
                .role_assignments(&filter)
                .await
                .unwrap();
            found
                .iter()
                .map(|a| (a.id.as_bytes()[0], a.scope))
                .collect::<Vec<_>>()
        };
        let of_seven = RoleAssignmentFilter {
            principal: Some(user(7).into()),
            ..Default::default()
        };
        let (in_plain, in_closed) = (RoleScope::Unit(plain), RoleScope::Unit(closed));
        assert_eq!(
            list(of_seven).await,
            [(1, in_plain), (2, in_closed), (3, RoleScope::Tenant)]
        );
        let scoped = RoleAssignmentFilter {
            scope: Some(in_plain),
            ..Default::default()
        };
        assert_eq!(list(scoped).await, [(1, in_plain), (4, in_plain)]);
        let tenant = RoleAssignmentFilter {
            scope: Some(RoleScope::Tenant),
            ..of_seven
        };
        assert_eq!(list(tenant).await, [(3, RoleScope::Tenant)]);
        assert_eq!(
            r.role_assignment(RoleAssignmentId::from_bytes([2; 16]))
                .await
                .unwrap()
                .unwrap()
                .scope,
            in_closed
        );

        let delete = |n| {
            let id = RoleAssignmentId::from_bytes([n; 16]);
            let store = store.clone();
            async move {
                let event = event(Activity::RemoveScopedMemberFromRole, n);
                store
                    .write_with(event, move |w: &mut Writer, event| {
                        Box::pin(async move { w.delete_role_assignment(&permit(), id, event).await })
                    })
                    .await
            }
        };
        assert!(
            delete(1)
                .await
                .unwrap_or_else(|error: crate::StoreError| panic!("{error}"))
        );
        assert!(
            !delete(1)
                .await
                .unwrap_or_else(|error: crate::StoreError| panic!("{error}"))
        );
        change!(store, w => w.forget_principal(user(7))).unwrap();
        assert_eq!(list(RoleAssignmentFilter::default()).await, [(4, in_plain)]);
    })
    .await;
}

#[tokio::test]
async fn a_role_is_activated_once_and_by_being_given() {
    for_each_engine(|store| async move {
        let (reader, reports) = (RoleId::GLOBAL_READER, RoleId::REPORTS_READER);
        let activate = |n| {
            let store = store.clone();
            async move {
                change!(store, w => w.activate_role(&permit(), reports, &event(Activity::AddMemberToRole, n)))
            }
        };
        assert!(activate(1).await.unwrap());
        assert!(!activate(2).await.unwrap());
        give(&store, 3, 7, reader, RoleScope::Tenant).await.unwrap();
        let mut expected = [reader, reports];
        expected.sort_unstable();
        assert_eq!(
            store.read().await.unwrap().activated_roles().await.unwrap(),
            expected
        );
    })
    .await;
}
