//! The clouds: what is different in each (Graph page "Microsoft Graph national cloud deployments", Entra page "National clouds").

use super::GRAPH_APP;
use crate::mock::world::World;

/// A cloud that the mock can play.
pub(super) struct Cloud {
    pub(super) name: &'static str,
    /// `cloud_instance_name` of the OpenID document.
    pub(super) instance: &'static str,
    pub(super) graph: &'static str,
    pub(super) region: &'static str,
    pub(super) exchange: &'static str,
}

const CLOUDS: &[Cloud] = &[
    Cloud {
        name: "public",
        instance: "microsoftonline.com",
        graph: "graph.microsoft.com",
        region: "EU",
        exchange: "api://AzureADTokenExchange",
    },
    Cloud {
        name: "usgovernment",
        instance: "microsoftonline.us",
        graph: "graph.microsoft.us",
        region: "USGov",
        exchange: "api://AzureADTokenExchangeUSGov",
    },
    Cloud {
        name: "usgovernmentdod",
        instance: "microsoftonline.us",
        graph: "dod-graph.microsoft.us",
        region: "USGov",
        exchange: "api://AzureADTokenExchangeUSGov",
    },
    Cloud {
        name: "china",
        instance: "partner.microsoftonline.cn",
        graph: "microsoftgraph.chinacloudapi.cn",
        region: "AS",
        exchange: "api://AzureADTokenExchangeChina",
    },
];

const PUBLIC: &Cloud = &CLOUDS[0];

/// A cloud by its name; an unknown name is the public one.
pub(super) fn named(name: &str) -> &'static Cloud {
    CLOUDS.iter().find(|cloud| cloud.name == name).unwrap_or(PUBLIC)
}

/// The cloud that the mock plays.
pub(super) fn of(world: &World) -> &'static Cloud {
    named(&world.switches.cloud)
}

/// Whether an audience is the Graph of this cloud.
pub(crate) fn is_graph(world: &World, audience: &str) -> bool {
    let audience = audience.trim_end_matches('/');
    audience == world.origin
        || audience == GRAPH_APP
        || audience.strip_prefix("https://").is_some_and(|host| host == of(world).graph)
}
