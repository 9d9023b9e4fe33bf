//! Token services of pipelines: GitHub Actions and Azure DevOps (GitHub page "OpenID Connect reference"; Azure DevOps REST page
//! "Oidctoken - Create").

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::app::App;
use super::{Asked, cloud, keys};
use crate::mock::answer::Answer;
use crate::mock::world::World;

/// What a job asks its pipeline's token service with.
pub const PIPELINE_SECRET: &str = "mock-pipeline-token-93hK";
/// Who signs GitHub's tokens.
pub const GITHUB_ISSUER: &str = "https://token.actions.githubusercontent.com";

/// The pipelines that run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Pipelines {
    /// `sub` of GitHub's tokens.
    pub github_subject: String,
    /// Id of the only service connection of Azure DevOps.
    pub connection: String,
    /// `iss` of the connection's tokens.
    pub connection_issuer: String,
    /// `sub` of the connection's tokens.
    pub connection_subject: String,
}

impl Pipelines {
    pub(super) fn of(app: &App) -> Pipelines {
        Pipelines {
            github_subject: "repo:northgate/desktops:ref:refs/heads/main".to_owned(),
            connection: "2f6e9a1c-5b84-4d37-a0c2-8e1f7b6d4c46".to_owned(),
            connection_issuer: format!("https://login.microsoftonline.com/{}/v2.0", app.tenant_id),
            connection_subject: "/eid1/c/pub/t/IXueTTWMYE-h6CtsDV-aMQ/a/mock/sc/desktops"
                .to_owned(),
        }
    }
}

fn is_known(asked: &Asked<'_>) -> bool {
    asked.header("authorization") == format!("Bearer {PIPELINE_SECRET}")
}

/// Answers GET `/actions/idtoken`.
pub(super) fn github(world: &mut World, asked: &Asked<'_>) -> Answer {
    if !is_known(asked) {
        return Answer::json(401, json!({ "message": "Unauthorized" }));
    }
    let audience = asked.options().get("audience").cloned();
    let audience = audience.unwrap_or_else(|| "https://github.com/northgate".to_owned());
    let subject = world.tokens.pipelines.github_subject.clone();
    let token = keys::foreign(world, GITHUB_ISSUER, &subject, &audience, 300);
    Answer::json(200, json!({ "count": token.len(), "value": token }))
}

/// Answers POST `/devops/oidctoken`.
pub(super) fn devops(world: &mut World, asked: &Asked<'_>) -> Answer {
    let options = asked.options();
    if !is_known(asked) {
        if asked.header("x-tfs-fedauthredirect") == "Suppress" {
            return Answer::json(401, json!({ "message": "TF400813: The user is not authorized to access this resource." }))
                .with("x-vss-e2eid", "0d9c8b7a-6f5e-4d3c-8b1a-29384756fa47");
        }
        let page = "<html><title>Azure DevOps Services | Sign In</title></html>".to_owned();
        return Answer { status: 203, headers: Vec::new(), body: Some(Value::String(page)) }
            .with("Content-Type", "text/html");
    }
    if !options.get("api-version").is_some_and(|version| version.starts_with("7.")) {
        return Answer::json(400, json!({ "message": "No api-version was supplied." }));
    }
    let pipelines = world.tokens.pipelines.clone();
    if options.get("serviceConnectionId") != Some(&pipelines.connection) {
        return Answer::json(
            404,
            json!({ "message": "The service connection does not exist, has been disabled or hasn't been authorized for use." }),
        );
    }
    let audience = options.get("audience").cloned();
    let audience = audience.unwrap_or_else(|| cloud::of(world).exchange.to_owned());
    let token = keys::foreign(
        world,
        &pipelines.connection_issuer,
        &pipelines.connection_subject,
        &audience,
        600,
    );
    Answer::json(200, json!({ "oidcToken": token }))
}
