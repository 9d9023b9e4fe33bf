//! The commands: plan, apply, destroy, import and their like, with the processes, calls and comparisons that Terraform makes.
//!
//! Source: `internal/terraform/node_resource_abstract_instance.go` in hashicorp/terraform.

use serde_json::Value as Json;

use super::compatible::assert_object_compatible;
use super::config::{build, resolved};
use super::diagnostics::Diags;
use super::path::AttributePath;
use super::planning::{checked_plan, forcing_paths, plan_call, plan_change, type_of};
use super::session::{ApplyCall, Object, ObjectAnswer, PlanAnswer, PlanCall, Session};
use super::value::Val;
use super::{MiniCore, Phase, Stored};

/// What a plan would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    NoOp,
    Create,
    Update,
    Replace,
}

/// A finished plan.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub action: Action,
    /// The object as refreshed, if there still is one.
    pub prior: Option<Object>,
    pub planned: Val,
    pub private: Vec<u8>,
    pub identity: Option<Val>,
    /// Paths that force the replacement.
    pub replace_paths: Vec<AttributePath>,
    pub warnings: Diags,
}

/// A finished apply.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub action: Action,
    /// The new state; null when there is no object any more.
    pub state: Json,
    pub warnings: Diags,
}

/// How to plan or apply differently from the usual way.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Options {
    /// `-replace`.
    pub force_replace: bool,
    /// The lifecycle setting: the new object comes before the old one goes.
    pub create_before_destroy: bool,
}

impl Plan {
    /// The apply of a planned create.
    pub(crate) fn as_create(&self, config: Val) -> ApplyCall {
        ApplyCall {
            prior: Val::Null,
            planned: self.planned.clone(),
            config,
            planned_private: self.private.clone(),
            planned_identity: self.identity.clone(),
        }
    }
}

impl MiniCore {
    /// The `plan` command. The refreshed state is kept; Terraform keeps it in the plan file.
    pub(crate) async fn plan(&mut self, address: &str, config: &Json) -> Result<Plan, Diags> {
        self.plan_with(address, config, Options::default()).await
    }

    pub(crate) async fn plan_with(
        &mut self,
        address: &str,
        config: &Json,
        options: Options,
    ) -> Result<Plan, Diags> {
        self.validate(type_of(address), config).await?;
        let session = self.session(Phase::Plan).await?;
        let plan = self.plan_in(&session, address, config, options).await;
        session.close().await;
        plan
    }

    async fn plan_in(
        &mut self,
        session: &Session,
        address: &str,
        config: &Json,
        options: Options,
    ) -> Result<Plan, Diags> {
        let name = type_of(address);
        let prior = match self.refreshed(session, address).await? {
            Some(object) => {
                self.store(address, Some(&object));
                Some(object)
            }
            None => {
                self.states.remove(address);
                None
            }
        };
        let config = self.config(name, config)?;
        plan_change(session, name, prior, &config, options).await
    }

    /// The `validate` walk: a process that is never configured.
    pub(crate) async fn validate(&mut self, name: &str, config: &Json) -> Result<Diags, Diags> {
        let session = self.session(Phase::Validate).await?;
        let config = self.config(name, config)?;
        let diags = session.validate(name, &config).await;
        session.close().await;
        if diags.has_error() { Err(diags) } else { Ok(diags) }
    }

    /// The object as the provider reads it now.
    async fn refreshed(&self, session: &Session, address: &str) -> Result<Option<Object>, Diags> {
        let name = type_of(address);
        let Some(object) = self.loaded(session, address).await? else { return Ok(None) };
        let read = session.read(name, &object).await;
        if read.diags.has_error() {
            return Err(read.diags);
        }
        if let (Some(before), Some(after)) = (&object.identity, &read.identity)
            && renamed(before, after)
        {
            self.violations.add(format!(
                "{address}: reading changed the identity from {before:?} to {after:?}"
            ));
        }
        Ok((!read.value.is_null()).then_some(Object {
            value: read.value,
            private: read.private,
            identity: read.identity,
            tainted: object.tainted,
        }))
    }

    /// The stored object, through the provider's upgrade.
    pub(crate) async fn loaded(
        &self,
        session: &Session,
        address: &str,
    ) -> Result<Option<Object>, Diags> {
        let Some(stored) = self.states.get(address) else { return Ok(None) };
        let name = type_of(address);
        let json = stored.attributes.to_string().into_bytes();
        let value = session.upgrade(name, stored.schema_version, json).await?;
        let identity = match &stored.identity {
            // An upgrade is asked for only when the version is another.
            Some((version, json)) => {
                let schema = session.catalog.identities.get(name).ok_or_else(|| {
                    Diags::error("an identity is stored, but there is no schema for it")
                })?;
                Some(if *version == schema.version {
                    Val::from_json(json, &schema.ty).map_err(Diags::error)?
                } else {
                    session.upgrade_identity(name, *version, json.to_string().into_bytes()).await?
                })
            }
            None => None,
        };
        Ok(Some(Object {
            value,
            private: stored.private.clone(),
            identity,
            tainted: stored.tainted,
        }))
    }

    /// Plans the creation of an object, in a process of the caller's.
    pub(crate) async fn plan_change(
        &self,
        session: &Session,
        name: &str,
        config: &Val,
    ) -> Result<Plan, Diags> {
        plan_change(session, name, None, config, Options::default()).await
    }

    /// Reads an object of which only a few attributes are known, as after an import. Null when it is not there.
    pub(crate) async fn read_bare(&self, session: &Session, name: &str, attributes: &Json) -> Val {
        let Ok(value) = build(&session.resource(name).block, attributes) else { return Val::Null };
        let object = Object { value, private: Vec::new(), identity: None, tainted: false };
        session.read(name, &object).await.value
    }

    /// The `refresh` command. Whether the object is still there.
    pub(crate) async fn refresh(&mut self, address: &str) -> Result<bool, Diags> {
        let session = self.session(Phase::Plan).await?;
        let object = self.refreshed(&session, address).await;
        session.close().await;
        let object = object?;
        self.store(address, object.as_ref());
        Ok(object.is_some())
    }

    /// The `apply` command: plan in one process, carry it out in another.
    pub(crate) async fn apply(&mut self, address: &str, config: &Json) -> Result<Outcome, Diags> {
        self.apply_with(address, config, Options::default()).await
    }

    pub(crate) async fn apply_with(
        &mut self,
        address: &str,
        config: &Json,
        options: Options,
    ) -> Result<Outcome, Diags> {
        let plan = self.plan_with(address, config, options).await?;
        let action = plan.action;
        let mut warnings = plan.warnings.clone();
        if action != Action::NoOp {
            let session = self.session(Phase::Apply).await?;
            let applied =
                self.carry_out(&session, address, &resolved(config), &plan, options).await;
            session.close().await;
            warnings.extend(applied?);
        }
        Ok(Outcome { action, state: self.state(address), warnings })
    }

    async fn carry_out(
        &mut self,
        session: &Session,
        address: &str,
        config: &Json,
        plan: &Plan,
        options: Options,
    ) -> Result<Diags, Diags> {
        let config = self.config(type_of(address), config)?;
        if !config.is_wholly_known() {
            return Err(Diags::error("Configuration contains unknown value"));
        }
        match plan.action {
            Action::Replace if options.create_before_destroy => {
                // The old object is set aside and deleted at the end.
                let deposed = self.states.remove(address);
                let mut diags = self.change(session, address, &config, plan, None).await?;
                let created = self.states.remove(address);
                self.states.extend(deposed.map(|it| (address.to_owned(), it)));
                let deleted =
                    self.delete_object(session, address, plan.private.clone(), None).await;
                self.states.extend(created.map(|it| (address.to_owned(), it)));
                diags.extend(deleted?);
                Ok(diags)
            }
            Action::Replace => {
                let mut diags =
                    self.delete_object(session, address, plan.private.clone(), None).await?;
                diags.extend(self.change(session, address, &config, plan, None).await?);
                Ok(diags)
            }
            Action::Create => self.change(session, address, &config, plan, None).await,
            _ => {
                let object = self.loaded(session, address).await?;
                self.change(session, address, &config, plan, object).await
            }
        }
    }

    /// Creates or updates: plans once more with everything known, compares, applies, compares, stores.
    async fn change(
        &mut self,
        session: &Session,
        address: &str,
        config: &Val,
        plan: &Plan,
        prior: Option<Object>,
    ) -> Result<Diags, Diags> {
        let name = type_of(address);
        let block = &session.resource(name).block;
        let diags = session.validate(name, config).await;
        if diags.has_error() {
            return Err(diags);
        }
        let call = PlanCall {
            planned_private: plan.private.clone(),
            ..plan_call(session, name, prior.as_ref(), config)
        };
        let last = checked_plan(session, name, &call).await?;
        let first_action = if prior.is_none() { Action::Create } else { Action::Update };
        let last_action = match prior.is_some() && last.planned == call.prior {
            true => Action::NoOp,
            false => first_action,
        };
        let forced = forcing_paths(session, name, &call.prior, &last);
        if !forced.is_empty() && prior.is_some() {
            self.violations.add(format!("{address}: Provider produced inconsistent final plan: changed the planned action from Update to Replace because of {forced:?}"));
        }
        for fault in assert_object_compatible(block, &plan.planned, &last.planned) {
            self.violations
                .add(format!("{address}: Provider produced inconsistent final plan: {fault}"));
        }
        if last_action == Action::NoOp {
            return Ok(diags);
        }
        let answer = session
            .apply(
                name,
                &ApplyCall {
                    prior: call.prior.clone(),
                    planned: last.planned.clone(),
                    config: config.clone(),
                    planned_private: last.private.clone(),
                    planned_identity: last.identity.clone(),
                },
            )
            .await;
        if !answer.diags.has_error() {
            for fault in assert_object_compatible(block, &last.planned, &answer.value) {
                self.violations.add(format!(
                    "{address}: Provider produced inconsistent result after apply: {fault}"
                ));
            }
            let before = prior.as_ref().and_then(|it| it.identity.clone());
            if let (Some(before), Some(after)) = (before, &answer.identity)
                && renamed(&before, after)
            {
                self.violations.add(format!(
                    "{address}: the update changed the identity from {before:?} to {after:?}"
                ));
            }
        }
        self.keep(address, prior, answer)
    }

    /// Stores what an apply answered, by the table of outcomes.
    fn keep(
        &mut self,
        address: &str,
        prior: Option<Object>,
        answer: ObjectAnswer,
    ) -> Result<Diags, Diags> {
        let failed = answer.diags.has_error();
        if answer.value.is_null() {
            if !failed {
                self.states.remove(address);
            }
            // With errors and without a state the prior object stays as it was stored.
        } else {
            let tainted = match &prior {
                None => failed,
                Some(prior) => failed && prior.tainted,
            };
            let value = answer.value.unknowns_as_null();
            let object =
                Object { value, private: answer.private, identity: answer.identity, tainted };
            self.store(address, Some(&object));
        }
        if failed { Err(answer.diags) } else { Ok(answer.diags) }
    }

    /// The delete half of a replacement, or the end of a destroy.
    async fn delete_object(
        &mut self,
        session: &Session,
        address: &str,
        planned_private: Vec<u8>,
        planned_identity: Option<Val>,
    ) -> Result<Diags, Diags> {
        let name = type_of(address);
        let Some(object) = self.loaded(session, address).await? else {
            return Ok(Diags::default());
        };
        let answer = session
            .apply(
                name,
                &ApplyCall {
                    prior: object.value.clone(),
                    planned: Val::Null,
                    config: Val::Null,
                    planned_private,
                    planned_identity: planned_identity.or_else(|| object.identity.clone()),
                },
            )
            .await;
        if !answer.diags.has_error() && !answer.value.is_null() {
            self.violations.add(format!("{address}: Provider returned invalid result object after apply: the object is still there after its destruction"));
        }
        self.keep(address, Some(object), answer)
    }

    /// The `destroy` command: refresh, plan the destruction in a second process, delete in a third.
    pub(crate) async fn destroy(&mut self, address: &str) -> Result<Diags, Diags> {
        if !self.refresh(address).await? {
            return Ok(Diags::default());
        }
        self.destroy_unread(address).await
    }

    /// `destroy -refresh=false`: the provider learns late that the object may be gone.
    pub(crate) async fn destroy_unread(&mut self, address: &str) -> Result<Diags, Diags> {
        let name = type_of(address);
        let session = self.session(Phase::Plan).await?;
        let planned = self.plan_destruction(&session, address).await;
        session.close().await;
        let planned = planned?;
        if planned.diags.has_error() {
            return Err(planned.diags);
        }
        if !planned.planned.is_null() {
            self.violations.add(format!("{name}: planned a non-null destroy value"));
        }
        let session = self.session(Phase::Apply).await?;
        let deleted =
            self.delete_object(&session, address, planned.private, planned.identity).await;
        session.close().await;
        let mut diags = planned.diags;
        diags.extend(deleted?);
        Ok(diags)
    }

    async fn plan_destruction(
        &self,
        session: &Session,
        address: &str,
    ) -> Result<PlanAnswer, Diags> {
        let object = self
            .loaded(session, address)
            .await?
            .ok_or_else(|| Diags::error("nothing to destroy"))?;
        let call = PlanCall {
            prior: object.value,
            proposed: Val::Null,
            config: Val::Null,
            prior_private: object.private,
            prior_identity: object.identity,
            planned_private: Vec::new(),
        };
        Ok(session.plan(type_of(address), &call).await)
    }

    /// The `import` command or block, up to the plan.
    pub(crate) async fn import(&mut self, address: &str, id: &str) -> Result<(), Diags> {
        self.import_with(address, id, None).await
    }

    /// An import block with an identity.
    pub(crate) async fn import_by_identity(
        &mut self,
        address: &str,
        identity: &Json,
    ) -> Result<(), Diags> {
        self.import_with(address, "", Some(identity)).await
    }

    async fn import_with(
        &mut self,
        address: &str,
        id: &str,
        identity: Option<&Json>,
    ) -> Result<(), Diags> {
        let name = type_of(address);
        let session = self.session(Phase::Plan).await?;
        let identity = match (identity, session.catalog.identities.get(name)) {
            (Some(json), Some(schema)) => {
                if let Some(missing) = schema.required.iter().find(|name| json.get(name).is_none())
                {
                    return Err(Diags::error(format!("the identity needs {missing}")));
                }
                Some(Val::from_json(json, &schema.ty).map_err(Diags::error)?)
            }
            (Some(_), None) => return Err(Diags::error(format!("{name} has no identity"))),
            (None, _) => None,
        };
        let object = match session.import(name, id, identity).await {
            Ok(imported) => {
                let read = session.read(name, &imported).await;
                match (read.diags.has_error(), read.value.is_null()) {
                    (true, _) => Err(read.diags),
                    (false, true) => Err(Diags::error("Cannot import non-existent remote object")),
                    (false, false) => Ok(Object {
                        value: read.value,
                        private: read.private,
                        identity: read.identity,
                        tainted: false,
                    }),
                }
            }
            Err(diags) => Err(diags),
        };
        session.close().await;
        self.store(address, Some(&object?));
        Ok(())
    }

    fn store(&mut self, address: &str, object: Option<&Object>) {
        let Some(object) = object else {
            self.states.remove(address);
            return;
        };
        let name = type_of(address);
        let identity_version = self.catalog.identities.get(name).map_or(0, |it| it.version);
        let stored = Stored {
            attributes: object.value.to_json(),
            schema_version: self.catalog.resources.get(name).map_or(0, |it| it.version),
            private: object.private.clone(),
            identity: object.identity.as_ref().map(|it| (identity_version, it.to_json())),
            tainted: object.tainted,
        };
        self.states.insert(address.to_owned(), stored);
    }

    /// The configuration of a resource as an object.
    pub(crate) fn config(&self, name: &str, config: &Json) -> Result<Val, Diags> {
        let schema = self
            .catalog
            .resources
            .get(name)
            .ok_or_else(|| Diags::error(format!("no resource {name}")))?;
        build(&schema.block, config).map_err(Diags::error)
    }
}

/// Whether an identity names another object. Parts that nobody knew before may be filled in.
fn renamed(before: &Val, after: &Val) -> bool {
    before.entries().any(|(name, value)| !value.is_null() && after.get(name) != *value)
}
