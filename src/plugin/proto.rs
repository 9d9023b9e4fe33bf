//! The code generated from `proto/`. No other file includes generated code.

#![expect(clippy::all, reason = "generated; the documentation of the messages stands in proto/")]

/// The Terraform plugin protocol, version 6.
pub mod tfplugin6 {
    tonic::include_proto!("tfplugin6");
}

/// The services of go-plugin beside the provider.
pub mod go_plugin {
    tonic::include_proto!("plugin");
}

/// The standard health check.
pub mod health {
    tonic::include_proto!("grpc.health.v1");
}

pub use tfplugin6::*;
