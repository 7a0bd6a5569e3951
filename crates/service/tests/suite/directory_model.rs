//! Whatever is done to the directory, it holds what a simple model in memory says; a reader who pages through it meets
//! everything once, and one who follows `delta` knows the same as one who reads all.

use std::collections::{BTreeMap, BTreeSet};

use latchkey_domain::{Caller, GroupId, Member, Seconds, UserId, UserRef};
use latchkey_service::{
    Belonging, DELTA_PAGE, DeltaError, DeltaNext, DeltaPage, DeltaPlace, GroupDelta, GroupWish, UserDelta,
    UserWish,
};
use latchkey_store::{
    Condition, DeletedOrder, GroupKey, ListQuery, Retention, StoreError, UserKey, Watermark,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::common::World;

const CONSOLE: Caller = Caller::Console;

/// What is done; numbers choose among what there is.
#[derive(Debug, Clone)]
enum Step {
    AddUser,
    Rename(usize, u8),
    Disable(usize),
    DeleteUser(usize),
    Restore(usize),
    HardDelete(usize),
    AddGroup,
    RenameGroup(usize, u8),
    DeleteGroup(usize),
    Join(usize, usize),
    Leave(usize, usize),
    /// Readers look, and go on with their pages.
    Look,
}

fn step() -> impl Strategy<Value = Step> {
    let number = 0..1000_usize;
    prop_oneof![
        2 => Just(Step::AddUser),
        3 => (number.clone(), any::<u8>()).prop_map(|(who, name)| Step::Rename(who, name)),
        2 => number.clone().prop_map(Step::Disable),
        2 => number.clone().prop_map(Step::DeleteUser),
        1 => number.clone().prop_map(Step::Restore),
        1 => number.clone().prop_map(Step::HardDelete),
        2 => Just(Step::AddGroup),
        2 => (number.clone(), any::<u8>()).prop_map(|(which, name)| Step::RenameGroup(which, name)),
        1 => number.clone().prop_map(Step::DeleteGroup),
        5 => (number.clone(), number.clone()).prop_map(|(who, which)| Step::Join(who, which)),
        2 => (number.clone(), number).prop_map(|(who, which)| Step::Leave(who, which)),
        3 => Just(Step::Look),
    ]
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Person {
    name: String,
    enabled: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Team {
    name: String,
    members: BTreeSet<UserId>,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Model {
    people: BTreeMap<UserId, Person>,
    deleted: BTreeMap<UserId, Person>,
    teams: BTreeMap<GroupId, Team>,
}

fn pick<K: Copy, V>(of: &BTreeMap<K, V>, number: usize) -> Option<K> {
    (!of.is_empty()).then(|| *of.keys().nth(number % of.len()).unwrap())
}

struct Run<'a> {
    world: &'a World,
    model: Model,
    made: usize,
    /// Everybody who was there before the test.
    first: BTreeSet<UserId>,
    users: Mirror<UserId, Person>,
    groups: Mirror<GroupId, Team>,
    pages: Paging,
}

/// What a reader of `delta` knows.
struct Mirror<K, V> {
    known: BTreeMap<K, V>,
    place: DeltaPlace,
}

/// A reader who pages through all people, a page at each look.
#[derive(Default)]
struct Paging {
    after: Option<String>,
    met: Vec<UserId>,
    /// Those who were there when it began and still are: it must meet each of them.
    must: BTreeSet<UserId>,
}

impl Run<'_> {
    async fn create_user(&mut self) {
        self.made += 1;
        let alias = format!("person{}", self.made);
        // A name that is behind and before others', by turns.
        let UserRef::Id(id) = self
            .world
            .user(&format!("{}{alias}@example.com", self.made * 7 % 10))
            .await
        else {
            panic!()
        };
        let found = self
            .world
            .service
            .show_user(&CONSOLE, &UserRef::Id(id))
            .await
            .unwrap();
        let person = Person {
            name: found.display_name,
            enabled: true,
        };
        self.model.people.insert(id, person);
    }

    async fn update(&mut self, id: UserId, wish: UserWish) {
        let (service, info) = (&self.world.service, self.world.info());
        service
            .update_user(&CONSOLE, &info, &UserRef::Id(id), wish)
            .await
            .unwrap();
    }

    async fn take(&mut self, step: &Step) {
        let (service, info) = (self.world.service.clone(), self.world.info());
        match *step {
            Step::AddUser => self.create_user().await,
            Step::Rename(who, name) => {
                let Some(id) = pick(&self.model.people, who) else {
                    return;
                };
                let name = format!("Name {name}");
                self.model.people.get_mut(&id).unwrap().name.clone_from(&name);
                let wish = UserWish {
                    display_name: Some(name),
                    ..UserWish::default()
                };
                self.update(id, wish).await;
            }
            Step::Disable(who) => {
                let Some(id) = pick(&self.model.people, who) else {
                    return;
                };
                let person = self.model.people.get_mut(&id).unwrap();
                person.enabled = !person.enabled;
                let wish = UserWish {
                    account_enabled: Some(person.enabled),
                    ..UserWish::default()
                };
                self.update(id, wish).await;
            }
            Step::DeleteUser(who) => {
                let Some(id) = pick(&self.model.people, who) else {
                    return;
                };
                service
                    .delete_user(&CONSOLE, &info, &UserRef::Id(id))
                    .await
                    .unwrap();
                let person = self.model.people.remove(&id).unwrap();
                self.model.deleted.insert(id, person);
                for team in self.model.teams.values_mut() {
                    team.members.remove(&id);
                }
            }
            Step::Restore(who) => {
                let Some(id) = pick(&self.model.deleted, who) else {
                    return;
                };
                service.restore_user(&CONSOLE, &info, id).await.unwrap();
                let person = self.model.deleted.remove(&id).unwrap();
                self.model.people.insert(id, person);
            }
            Step::HardDelete(who) => {
                let Some(id) = pick(&self.model.deleted, who) else {
                    return;
                };
                service.purge_user(&CONSOLE, &info, id).await.unwrap();
                self.model.deleted.remove(&id);
            }
            Step::AddGroup => {
                let name = format!("Team {}", self.model.teams.len());
                let wish = GroupWish {
                    display_name: Some(name.clone()),
                    mail_nickname: Some("team".to_owned()),
                    ..GroupWish::default()
                };
                let made = service.create_group(&CONSOLE, &info, wish).await.unwrap();
                let team = Team {
                    name,
                    ..Team::default()
                };
                self.model.teams.insert(made.id, team);
            }
            Step::RenameGroup(which, name) => {
                let Some(id) = pick(&self.model.teams, which) else {
                    return;
                };
                let name = format!("Team {name}");
                self.model.teams.get_mut(&id).unwrap().name.clone_from(&name);
                let wish = GroupWish {
                    display_name: Some(name),
                    ..GroupWish::default()
                };
                service.update_group(&CONSOLE, &info, id, wish).await.unwrap();
            }
            Step::DeleteGroup(which) => {
                let Some(id) = pick(&self.model.teams, which) else {
                    return;
                };
                service.delete_group(&CONSOLE, &info, id).await.unwrap();
                self.model.teams.remove(&id);
            }
            Step::Join(who, which) => {
                let (Some(who), Some(id)) = (pick(&self.model.people, who), pick(&self.model.teams, which))
                else {
                    return;
                };
                let joined = service
                    .join_group(&CONSOLE, &info, id, Belonging::Member, who)
                    .await;
                let new = self.model.teams.get_mut(&id).unwrap().members.insert(who);
                assert_eq!(joined.is_ok(), new, "{joined:?}");
            }
            Step::Leave(who, which) => {
                let (Some(who), Some(id)) = (pick(&self.model.people, who), pick(&self.model.teams, which))
                else {
                    return;
                };
                let left = service
                    .leave_group(&CONSOLE, &info, id, Belonging::Member, who)
                    .await;
                let was = self.model.teams.get_mut(&id).unwrap().members.remove(&who);
                assert_eq!(left.is_ok(), was, "{left:?}");
            }
            Step::Look => self.look().await,
        }
    }

    async fn look(&mut self) {
        self.turn_page().await;
        self.follow_users().await;
        self.follow_groups().await;
    }

    /// One page of two people; at the end of the list everybody who stayed was met once.
    async fn turn_page(&mut self) {
        if self.pages.after.is_none() {
            self.pages.must = self.model.people.keys().copied().collect();
        }
        let query = ListQuery::<UserKey> {
            condition: Condition::All(Vec::new()),
            order: None,
            after: self.pages.after.take(),
            limit: 2,
        };
        let page = self.world.service.query_users(&CONSOLE, &query).await.unwrap();
        self.pages.met.extend(page.items.iter().map(|user| user.id));
        self.pages.must.retain(|id| self.model.people.contains_key(id));
        self.pages.after = page.next;
        let met: BTreeSet<UserId> = self.pages.met.iter().copied().collect();
        assert_eq!(met.len(), self.pages.met.len(), "nobody is met twice");
        if self.pages.after.is_none() {
            assert!(self.pages.must.is_subset(&met), "nobody is left out");
            self.pages.met.clear();
        }
    }

    /// A whole round of changes.
    async fn follow_users(&mut self) {
        loop {
            let page = self
                .world
                .service
                .delta_of_users(&CONSOLE, &self.users.place, None, 5)
                .await;
            let DeltaPage { changes, next } = page.unwrap();
            for change in changes {
                match change {
                    UserDelta::Is(user) => {
                        let person = Person {
                            name: user.display_name.clone(),
                            enabled: user.account_enabled,
                        };
                        self.users.known.insert(user.id, person);
                    }
                    UserDelta::Gone { id, for_good } => {
                        assert_eq!(for_good, !self.model.deleted.contains_key(&id));
                        self.users.known.remove(&id);
                    }
                }
            }
            let over = matches!(next, DeltaNext::Round(_));
            self.users.place = place(next);
            if over {
                break;
            }
        }
        let known: BTreeMap<UserId, Person> = self
            .users
            .known
            .iter()
            .filter(|(id, _)| !self.first.contains(id))
            .map(|(id, person)| (*id, person.clone()))
            .collect();
        assert_eq!(known, self.model.people);
    }

    async fn follow_groups(&mut self) {
        loop {
            let page = self
                .world
                .service
                .delta_of_groups(&CONSOLE, &self.groups.place, None, true, 5)
                .await;
            let DeltaPage { changes, next } = page.unwrap();
            for change in changes {
                match change {
                    GroupDelta::Is(group, moved) => {
                        let team = self.groups.known.entry(group.id).or_default();
                        team.name.clone_from(&group.properties.display_name);
                        for (member, is_member) in moved {
                            let Member::User(id) = member else {
                                panic!("{member:?}")
                            };
                            if is_member {
                                team.members.insert(id);
                            } else {
                                team.members.remove(&id);
                            }
                        }
                    }
                    GroupDelta::Gone(id) => {
                        self.groups.known.remove(&id);
                    }
                }
            }
            let over = matches!(next, DeltaNext::Round(_));
            self.groups.place = place(next);
            if over {
                break;
            }
        }
        // That somebody left all groups by being deleted is told among users.
        let known = &self.users.known;
        for team in self.groups.known.values_mut() {
            team.members.retain(|id| known.contains_key(id));
        }
        assert_eq!(self.groups.known, self.model.teams);
    }

    /// The directory itself says what the model says.
    async fn compare(&self) {
        let service = &self.world.service;
        let all = |after| ListQuery::<GroupKey> {
            condition: Condition::All(Vec::new()),
            order: None,
            after,
            limit: 999,
        };
        let groups = service.query_groups(&CONSOLE, &all(None)).await.unwrap().items;
        let mut found = BTreeMap::new();
        for group in groups {
            let mut team = Team {
                name: group.properties.display_name.clone(),
                ..Team::default()
            };
            for member in service.list_members(&CONSOLE, group.id, None, 999).await.unwrap() {
                let latchkey_service::MemberView::User(user, _) = member else {
                    panic!()
                };
                team.members.insert(user.id);
            }
            found.insert(group.id, team);
        }
        assert_eq!(found, self.model.teams);
        let deleted = service
            .list_deleted_users(&CONSOLE, DeletedOrder::Id, None, 999)
            .await
            .unwrap();
        let deleted: BTreeSet<UserId> = deleted.into_iter().map(|one| one.user.id).collect();
        assert_eq!(deleted, self.model.deleted.keys().copied().collect());
    }
}

/// As the links of answers do, by way of text.
fn place(next: DeltaNext) -> DeltaPlace {
    let text = |mark: &Watermark| mark.to_string().parse::<Watermark>().unwrap();
    match next {
        DeltaNext::Round(mark) => DeltaPlace::Since(text(&mark)),
        DeltaNext::Page(place) => place,
    }
}

async fn delta_begins_anew_where_the_log_was_shortened(world: World) {
    let service = &world.service;
    let ask = async |place| service.delta_of_users(&CONSOLE, &place, None, DELTA_PAGE).await;
    let mark = async || match ask(DeltaPlace::Latest).await.unwrap().next {
        DeltaNext::Round(mark) => mark,
        DeltaNext::Page(_) => panic!("nothing was asked for"),
    };
    let old = mark().await;
    for name in ["ada@example.com", "carol@example.com"] {
        world.user(name).await;
    }
    let first = service
        .delta_of_users(&CONSOLE, &DeltaPlace::Since(old.clone()), None, 1)
        .await
        .unwrap();
    let newer = mark().await;
    world.later(40 * 24 * 3600);
    world.user("bob@example.com").await;
    let retention = Retention {
        audits: Some(Seconds(30 * 24 * 3600)),
        ..Retention::default()
    };
    let now = service.now();
    service
        .store()
        .write::<_, StoreError, _>(move |w| Box::pin(async move { w.forget_logs(retention, now).await }))
        .await
        .unwrap();
    assert!(matches!(
        ask(DeltaPlace::Since(old)).await,
        Err(DeltaError::UnknownMark)
    ));
    assert!(
        matches!(ask(place(first.next)).await, Err(DeltaError::UnknownMark)),
        "the second page is gone"
    );
    assert_eq!(ask(DeltaPlace::Since(newer)).await.unwrap().changes.len(), 1);
    assert_eq!(
        ask(DeltaPlace::Since(mark().await)).await.unwrap().changes.len(),
        0
    );
}

async fn the_directory_is_what_the_model_says(world: World) {
    let mut runner = TestRunner::deterministic();
    let steps = proptest::collection::vec(step(), 120)
        .new_tree(&mut runner)
        .unwrap()
        .current();
    let everybody = ListQuery::<UserKey> {
        condition: Condition::All(Vec::new()),
        order: None,
        after: None,
        limit: 999,
    };
    let first = world
        .service
        .query_users(&CONSOLE, &everybody)
        .await
        .unwrap()
        .items;
    let mut run = Run {
        model: Model::default(),
        made: 0,
        first: first.iter().map(|user| user.id).collect(),
        users: Mirror {
            known: BTreeMap::new(),
            place: DeltaPlace::Start,
        },
        groups: Mirror {
            known: BTreeMap::new(),
            place: DeltaPlace::Start,
        },
        pages: Paging::default(),
        world: &world,
    };
    for _ in 0..4 {
        run.create_user().await;
    }
    for step in &steps {
        run.take(step).await;
    }
    run.look().await;
    run.compare().await;
}

async fn long_rounds_come_in_pages(world: World) {
    let service = &world.service;
    let UserRef::Id(ada) = world.user("ada@example.com").await else {
        panic!()
    };
    let latest = service
        .delta_of_users(&CONSOLE, &DeltaPlace::Latest, None, DELTA_PAGE)
        .await
        .unwrap();
    assert!(latest.changes.is_empty());
    let mut place = place(latest.next);
    let mut pages = 0;
    for number in 0..450 {
        let wish = UserWish {
            display_name: Some(format!("Ada {number}")),
            ..UserWish::default()
        };
        service
            .update_user(&CONSOLE, &world.info(), &UserRef::Id(ada), wish)
            .await
            .unwrap();
    }
    loop {
        let page = service
            .delta_of_users(&CONSOLE, &place, None, DELTA_PAGE)
            .await
            .unwrap();
        pages += 1;
        assert_eq!(page.changes.len(), 1, "each page tells of Ada once");
        match page.next {
            DeltaNext::Page(next) => place = next,
            DeltaNext::Round(mark) => {
                place = DeltaPlace::Since(mark);
                break;
            }
        }
    }
    assert_eq!(pages, 3);
    let quiet = service
        .delta_of_users(&CONSOLE, &place, None, DELTA_PAGE)
        .await
        .unwrap();
    assert!(quiet.changes.is_empty(), "nothing is told twice");
    let foreign = DeltaPlace::Since("999999".parse().unwrap());
    let refused = service
        .delta_of_users(&CONSOLE, &foreign, None, DELTA_PAGE)
        .await
        .unwrap_err();
    assert!(matches!(refused, DeltaError::UnknownMark), "{refused}");
}

on_each_engine! {
    the_directory_is_what_the_model_says
    long_rounds_come_in_pages
    delta_begins_anew_where_the_log_was_shortened
}
