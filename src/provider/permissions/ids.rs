//! Ids of the permissions, as app registrations hold them.
//!
//! Source: Microsoft Graph permissions reference, <https://learn.microsoft.com/graph/permissions-reference>.

/// Id of Microsoft Graph as the resource of a permission.
pub const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

/// A permission and its ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ids {
    /// Its name.
    pub name: &'static str,
    /// Id of the delegated permission (a scope), where it is known.
    pub delegated: Option<&'static str>,
    /// Id of the application permission (an app role).
    pub application: &'static str,
}

/// Every permission that may be the least for something that is served, by name.
pub static ALL: &[Ids] = &[
    Ids {
        name: "CloudPC.Read.All",
        delegated: Some("5252ec4e-fd40-4d92-8c68-89dd1d3c6110"),
        application: "a9e09520-8ed4-4cde-838e-4fdea192c227",
    },
    Ids {
        name: "CloudPC.ReadWrite.All",
        delegated: Some("9d77138f-f0e2-47ba-ab33-cd246c8b79d1"),
        application: "3b4349e1-8cf5-45a3-95b7-69d1751d3e6a",
    },
    Ids {
        name: "DeviceManagementApps.Read.All",
        delegated: Some("4edf5f54-4666-44af-9de9-0144fb4b6e8c"),
        application: "7a6ee1e7-141e-4cec-ae74-d9db155731ff",
    },
    Ids {
        name: "DeviceManagementApps.ReadWrite.All",
        delegated: Some("7b3f05d5-f68c-4b8d-8c59-a2ecd12f24af"),
        application: "78145de6-330d-4800-a6ce-494ff2d33d07",
    },
    Ids {
        name: "DeviceManagementCloudCA.Read.All",
        delegated: Some("ac5c8443-d999-471f-9247-ce92cf5c5560"),
        application: "315b6e8c-d92a-4691-919d-00ce76d1344a",
    },
    Ids {
        name: "DeviceManagementCloudCA.ReadWrite.All",
        delegated: Some("93028c58-65aa-48db-a706-1fe4ada325ec"),
        application: "f15eb2ba-ef8a-4f70-991d-da5d045154e2",
    },
    Ids {
        name: "DeviceManagementConfiguration.Read.All",
        delegated: Some("f1493658-876a-4c87-8fa7-edb559b3476a"),
        application: "dc377aa6-52d8-4e23-b271-2a7ae04cedf3",
    },
    Ids {
        name: "DeviceManagementConfiguration.ReadWrite.All",
        delegated: Some("0883f392-0a7a-443d-8c76-16a6d39c7b63"),
        application: "9241abd9-d0e6-425a-bd4f-47ba86e767a4",
    },
    Ids {
        name: "DeviceManagementManagedDevices.PrivilegedOperations.All",
        delegated: Some("3404d2bf-2b13-457e-a330-c24615765193"),
        application: "5b07b0dd-2377-4e44-a38d-703f09a0dc3c",
    },
    Ids {
        name: "DeviceManagementManagedDevices.Read.All",
        delegated: Some("314874da-47d6-4978-88dc-cf0d37f0bb82"),
        application: "2f51be20-0bb4-4fed-bf7b-db946066c75e",
    },
    Ids {
        name: "DeviceManagementManagedDevices.ReadWrite.All",
        delegated: Some("44642bfe-8385-4adc-8fc6-fe3cb2c375c3"),
        application: "243333ab-4d21-40cb-a475-36241daa0842",
    },
    Ids {
        name: "DeviceManagementRBAC.Read.All",
        delegated: Some("49f0cc30-024c-4dfd-ab3e-82e137ee5431"),
        application: "58ca0d9a-1575-47e1-a3cb-007ef2e4583b",
    },
    Ids {
        name: "DeviceManagementRBAC.ReadWrite.All",
        delegated: Some("0c5e8a55-87a6-4556-93ab-adc52c4d862d"),
        application: "e330c4f0-4170-414e-a55a-2f022ec2b57b",
    },
    Ids {
        name: "DeviceManagementScripts.Read.All",
        delegated: None,
        application: "c7a5be92-2b3d-4540-8a67-c96dcaae8b43",
    },
    Ids {
        name: "DeviceManagementScripts.ReadWrite.All",
        delegated: Some("8b9d79d0-ad75-4566-8619-f7500ecfcebe"),
        application: "9255e99d-faf5-445e-bbf7-cb71482737c4",
    },
    Ids {
        name: "DeviceManagementServiceConfig.Read.All",
        delegated: Some("8696daa5-bce5-4b2e-83f9-51b6defc4e1e"),
        application: "06a5fe6d-c49d-46a7-b082-56b1b14103c7",
    },
    Ids {
        name: "DeviceManagementServiceConfig.ReadWrite.All",
        delegated: Some("662ed50a-ac44-4eef-ad86-62eed9be2a29"),
        application: "5ac13192-7ace-4fcf-b828-1a26f28068ee",
    },
    Ids {
        name: "Group.Read.All",
        delegated: Some("5f8c59db-677d-491f-a6b8-5f174b11ec1d"),
        application: "5b567255-7703-4780-807c-7be8301ae99b",
    },
    Ids {
        name: "RoleManagement.Read.CloudPC",
        delegated: Some("9619b88a-8a25-48a7-9571-d23be0337a79"),
        application: "031a549a-bb80-49b6-8032-2068448c6a3c",
    },
    Ids {
        name: "RoleManagement.ReadWrite.CloudPC",
        delegated: Some("501d06f8-07b8-4f18-b5c6-c191a4af7a82"),
        application: "274d0592-d1b6-44bd-af1d-26d259bcb43a",
    },
];

/// The ids of a permission, where they are known.
pub fn of(name: &str) -> Option<&'static Ids> {
    ALL.iter().find(|ids| ids.name == name)
}
