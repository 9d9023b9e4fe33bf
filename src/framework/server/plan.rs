//! Validating and planning managed resources.

use super::Server;
use crate::framework::call::{self, Client, Planned, Raw};
use crate::framework::{Private, Resource, identity, plan, provider, replace, validate, values};
use crate::tf::{Diagnostic, Diagnostics, Value, msgpack};

impl Server {
    /// ValidateResourceConfig.
    pub fn validate_resource(&self, type_name: &str, config: Raw, client: Client) -> Diagnostics {
        let resource = match self.resource(type_name) {
            Ok(resource) => resource,
            Err(diags) => return diags,
        };
        let block = &resource.schema().block;
        super::validate(&config, block, type_name, |config, diags| {
            validate::write_only(block.into(), config, client, diags);
            resource.validate(config, diags);
        })
    }

    /// PlanResourceChange: a create, an update or a destroy.
    pub fn plan(&self, request: call::Plan) -> Planned {
        // Whatever happens, what is stored beside the object stays.
        let mut planned = Planned {
            planned_state: values::nil(),
            planned_private: request.prior_private.clone(),
            ..Planned::default()
        };
        match self.resource(&request.type_name) {
            Ok(resource) => {
                if let Err(unreadable) = plan_change(resource.as_ref(), &request, &mut planned) {
                    planned.diagnostics.extend(unreadable);
                }
            }
            Err(unknown) => planned.diagnostics.extend(unknown),
        }
        planned
    }
}

fn plan_change(
    resource: &dyn Resource,
    request: &call::Plan,
    answer: &mut Planned,
) -> Result<(), Diagnostics> {
    let block = &resource.schema().block;
    let (name, r#type) = (request.type_name.as_str(), block.implied_type());
    let prior = values::read(&request.prior_state, &r#type, "the prior state", name)?;
    let config = values::read(&request.config, &r#type, "the configuration", name)?;
    let proposed = values::read(&request.proposed_new_state, &r#type, "the proposed state", name)?;
    let before = identity::read(request.prior_identity.as_ref(), resource.identity(), name)?;

    // A new object will have an identity of its own, even when it replaces one.
    if let (false, Some(before), Some(schema)) = (prior.is_null(), before, resource.identity()) {
        answer.planned_identity = Some(msgpack::encode(&before, &schema.implied_type()));
    }

    let planned = plan::plan(block.into(), &config, &prior, proposed);
    let requires_replace = replace::paths(block.into(), &config, &prior, &planned);
    let private = Private::decode(&request.prior_private);
    let fallback = planned.clone();
    let mut plan = provider::Plan {
        config: &config,
        prior: &prior,
        planned,
        requires_replace,
        private: private.clone(),
    };
    resource.modify_plan(&mut plan, &mut answer.diagnostics);
    let provider::Plan { planned, requires_replace, private: planned_private, .. } = plan;

    let planned = kept_existence(planned, fallback, &mut answer.diagnostics);
    let planned = values::without_write_only(block.into(), planned);
    let planned = match planned {
        Value::Null => Value::Null,
        planned => values::fit(block, planned, &mut answer.diagnostics),
    };
    answer.planned_state = msgpack::encode(&planned, &r#type);
    answer.requires_replace = requires_replace;
    answer.requires_replace.sort();
    answer.requires_replace.dedup();
    if planned_private != private {
        answer.planned_private = planned_private.encode();
    }
    Ok(())
}

/// Whether there is an object after the change is for the configuration to say, not for the provider.
fn kept_existence(planned: Value, fallback: Value, diags: &mut Diagnostics) -> Value {
    if planned.is_null() == fallback.is_null() {
        return planned;
    }
    diags.push(Diagnostic::bug(
        "The provider planned an object that the configuration does not want, or none where it wants one.",
    ));
    fallback
}
