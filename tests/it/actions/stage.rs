//! A tenant with Cloud PCs, the resource that runs actions, and Terraform's own way to run them.

use serde_json::{Value as Json, json};
use tokio::sync::mpsc;
use windows365::framework::Context;
use windows365::framework::call::{self, ActionEvent, Raw};
use windows365::mock::{Effect, Fault, Mock};
use windows365::tf::{Type, Value, json as values, msgpack};

use crate::lifecycle::run::{Run, text};

pub(super) const CLOUD_PCS: &str = "/deviceManagement/virtualEndpoint/cloudPCs";
pub(super) const ONE: &str = "11111111-1111-4111-8111-111111111111";
pub(super) const TWO: &str = "22222222-2222-4222-8222-222222222222";
pub(super) const THREE: &str = "33333333-3333-4333-8333-333333333333";
pub(super) const PLAN: &str = "d5b07a91-3e64-4c28-8f1d-7a90c2e4b661";

/// A tenant with three Cloud PCs, on paused time.
pub(super) struct Stage {
    pub(super) run: Run,
}

impl Stage {
    pub(super) fn new() -> Self {
        Stage::on(Run::new())
    }

    /// The same with a person signed in.
    pub(super) fn of_a_person() -> Self {
        Stage::on(Run::of_a_person())
    }

    pub(super) fn on(run: Run) -> Self {
        for id in [ONE, TWO, THREE] {
            let body = json!({
                "displayName": id, "status": "provisioned", "provisioningType": "sharedByUser",
                "lastModifiedDateTime": "2026-01-01T00:00:00Z",
            });
            run.mock.put(CLOUD_PCS, id, body);
        }
        Stage { run }
    }

    pub(super) fn mock(&self) -> &Mock {
        &self.run.mock
    }

    /// Breaks the first request of this kind.
    pub(super) fn fault(&self, method: &str, path: &str, effect: Effect) {
        self.mock().fault(Fault::once(method, path, effect));
    }

    /// What was asked of the service beside reading, without the version.
    pub(super) fn writes(&self) -> Vec<String> {
        let requests = self.mock().requests();
        let writes =
            requests.iter().filter(|it| it.method != "GET" && !it.path.contains("/oauth2/"));
        let short = |path: &str| {
            let path = path.trim_start_matches("/v1.0").trim_start_matches("/beta");
            path.replace("/deviceManagement/virtualEndpoint", "")
        };
        writes.map(|it| short(&it.path)).collect()
    }

    /// How often an action began on a machine, by its log.
    pub(super) fn began(&self, id: &str) -> usize {
        let address = format!("{CLOUD_PCS}/{id}/retrieveCloudPCRemoteActionResults");
        self.mock().objects(&address).len()
    }

    /// Runs one of Terraform's own actions: warnings of the plan, progress, and findings of the end.
    pub(super) async fn invoke(&self, name: &str, config: Json) -> (String, Vec<String>, String) {
        let server = &self.run.server;
        let schema = server.provider().actions().get(name).expect("it is served").schema();
        let raw = raw(&config, &schema.block.implied_type());
        let mut found = server.validate_action(name, raw.clone());
        found.extend(server.plan_action(name, raw.clone()));
        if found.has_error() {
            return (text(&found), Vec::new(), String::new());
        }
        let (sender, mut events) = mpsc::channel(1);
        let listen = async {
            let (mut progress, mut end) = (Vec::new(), None);
            while let Some(event) = events.recv().await {
                match event {
                    ActionEvent::Progress(told) => progress.push(told),
                    ActionEvent::Completed(found) => end = Some(text(&found)),
                }
            }
            (progress, end.expect("an action ends"))
        };
        let cx = Context::unstoppable();
        let ((), (progress, end)) =
            tokio::join!(server.invoke_action(&cx, name, raw, sender), listen);
        (text(&found), progress, end)
    }

    pub(super) fn record(&self) -> Record<'_> {
        Record { stage: self, cx: Context::unstoppable(), state: Value::Null, private: Vec::new() }
    }
}

fn raw(config: &Json, r#type: &Type) -> Raw {
    let value = values::from_json(config, r#type).expect("a configuration");
    Raw { msgpack: msgpack::encode(&value, r#type), json: Vec::new() }
}

/// Arguments as Terraform sends what stands in an attribute of any type.
pub(super) fn arguments(value: Json) -> Json {
    fn r#type(value: &Json) -> Json {
        match value {
            Json::Bool(_) => json!("bool"),
            Json::Number(_) => json!("number"),
            Json::Array(elements) => {
                json!(["tuple", elements.iter().map(r#type).collect::<Vec<_>>()])
            }
            Json::Object(entries) => {
                let types: serde_json::Map<String, Json> =
                    entries.iter().map(|(name, value)| (name.clone(), r#type(value))).collect();
                json!(["object", types])
            }
            _ => json!("string"),
        }
    }
    json!({ "type": r#type(&value), "value": value })
}

/// The resource, with its state.
pub(super) struct Record<'s> {
    stage: &'s Stage,
    pub(super) cx: Context,
    pub(super) state: Value,
    pub(super) private: Vec<u8>,
}

const NAME: &str = "windows365_action";

impl Record<'_> {
    fn r#type(&self) -> Type {
        let resources = self.stage.run.server.provider().resources();
        resources.get(NAME).expect("it is served").schema().block.implied_type()
    }

    fn raw(&self, value: &Value) -> Raw {
        Raw { msgpack: msgpack::encode(value, &self.r#type()), json: Vec::new() }
    }

    /// Findings of a configuration, before anything is planned.
    pub(super) fn validate(&self, config: &Json) -> String {
        let config = raw(config, &self.r#type());
        let client = call::Client { write_only: true };
        text(&self.stage.run.server.validate_resource(NAME, config, client))
    }

    /// The plan, whether it changes anything, and its findings.
    pub(super) fn plan(&self, config: &Json) -> (call::Apply, bool, String) {
        let r#type = self.r#type();
        let config = values::from_json(config, &r#type).expect("a configuration");
        let Value::Object(mut proposed) = config.clone() else { panic!("an object") };
        for name in ["id", "operation_id", "results", "wait"] {
            if proposed[name].is_null() {
                proposed.insert(name.to_owned(), self.state.get(name).clone());
            }
        }
        proposed.insert("arguments_wo".to_owned(), Value::Null);
        let plan = self.stage.run.server.plan(call::Plan {
            type_name: NAME.to_owned(),
            prior_state: self.raw(&self.state),
            proposed_new_state: self.raw(&Value::Object(proposed)),
            config: self.raw(&config),
            prior_private: self.private.clone(),
            prior_identity: None,
        });
        assert_eq!(plan.requires_replace.len(), 0, "nothing replaces it");
        let planned = msgpack::decode(&plan.planned_state, &r#type).unwrap();
        let request = call::Apply {
            type_name: NAME.to_owned(),
            prior_state: self.raw(&self.state),
            planned_state: Raw { msgpack: plan.planned_state, json: Vec::new() },
            config: self.raw(&config),
            planned_private: plan.planned_private,
            planned_identity: None,
        };
        (request, planned != self.state, text(&plan.diagnostics))
    }

    /// Plans and applies; the findings of the apply.
    pub(super) async fn apply(&mut self, config: &Json) -> String {
        assert_eq!(self.validate(config), "");
        let (request, _, _) = self.plan(config);
        let answer = self.stage.run.server.apply(&self.cx, request).await;
        self.keep(answer)
    }

    /// As Terraform destroys it.
    pub(super) async fn destroy(&mut self) -> String {
        let request = call::Apply {
            type_name: NAME.to_owned(),
            prior_state: self.raw(&self.state),
            planned_state: self.raw(&Value::Null),
            config: self.raw(&Value::Null),
            planned_private: Vec::new(),
            planned_identity: None,
        };
        let answer = self.stage.run.server.apply(&self.cx, request).await;
        self.keep(answer)
    }

    pub(super) async fn refresh(&mut self) -> String {
        let request = call::Read {
            type_name: NAME.to_owned(),
            current_state: self.raw(&self.state),
            private: self.private.clone(),
            current_identity: None,
        };
        let answer = self.stage.run.server.read(&self.cx, request).await;
        self.keep(answer)
    }

    pub(super) fn keep(&mut self, answer: call::NewState) -> String {
        self.state = msgpack::decode(&answer.state, &self.r#type()).unwrap();
        assert!(self.state.is_wholly_known(), "a state is wholly known");
        self.private = answer.private;
        text(&answer.diagnostics)
    }

    /// What became of a target.
    pub(super) fn status(&self, id: &str) -> &str {
        self.state.get("results").get(id).get("status").as_str().unwrap_or("none")
    }

    /// Why it did not end well.
    pub(super) fn error(&self, id: &str) -> &str {
        self.state.get("results").get(id).get("error").as_str().unwrap_or_default()
    }
}
