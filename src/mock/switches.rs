//! What can be turned on a running mock.

use serde::{Deserialize, Serialize};

use super::token::TokenForm;

/// How long, or for how many reads, a change stays unseen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Lag {
    /// Every read sees every write.
    #[default]
    None,
    /// Reads see the state of so many milliseconds ago.
    Milliseconds(u64),
    /// The next so many reads of the object after a write see the state before it.
    Reads(u32),
}

/// What an endpoint does with a query option that public threads disagree on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Mode {
    /// Does what OData says, as far as the mock can.
    #[default]
    Honour,
    /// Answers as if the option were not there.
    Ignore,
    /// 400.
    Refuse,
}

/// What happens to an assignment to a group that the tenant does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UnknownGroups {
    /// As the type does: settings catalog refuses them, the others take any GUID (seen in public issue threads).
    #[default]
    ByType,
    /// Taken everywhere.
    Accept,
    /// 400 everywhere.
    Refuse,
}

/// How pages follow each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Paging {
    /// Full pages, then a last one.
    #[default]
    Normal,
    /// Each page is followed by an empty one with a next link.
    EmptyPages,
    /// The next link of a page leads to the same page.
    Cyclic,
    /// The next link leads to another host.
    ForeignHost,
    /// There is always another, new link, and the pages repeat.
    Endless,
    /// The next link has expired when it is followed.
    Expired,
}

/// The answer to a PATCH; the reference shows both for the same endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PatchReply {
    /// As the page of the type says.
    #[default]
    Documented,
    /// 200 with the object.
    Body,
    /// 204.
    NoContent,
}

/// How `@odata.type` is written in replies; all forms are seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TypeStyle {
    /// `#microsoft.graph.name`.
    #[default]
    Hash,
    /// `microsoft.graph.name`.
    NoHash,
    /// `#microsoft.graph.NAME`.
    OtherCase,
}

/// How a property without a value is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Nothing {
    /// As `null`, and collections as written.
    #[default]
    Null,
    /// Left out.
    Absent,
    /// Strings as `""`, collections as `[]`, the rest `null`.
    Empty,
}

/// The digits of a second in dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DateDigits {
    /// Another number of digits in each reply (0 to 7).
    #[default]
    Varying,
    /// None.
    Zero,
    /// Seven.
    Seven,
}

/// How a token reply gives the lifetime; both spellings are seen, and proxies lose it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LifetimeStyle {
    /// A number.
    #[default]
    Number,
    /// A text of digits.
    Text,
    /// Not at all.
    Missing,
    /// A number, and `refresh_in` of half of it.
    WithRefresh,
}

/// What the person does who is asked to sign in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PersonDoes {
    /// Signs in and agrees.
    #[default]
    Approves,
    /// Refuses.
    Declines,
    /// Does nothing, until the admin interface says what.
    Waits,
}

/// All switches. [`Default`] is a strict, prompt tenant with small pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Switches {
    /// Ignore unknown, read-only and immutable properties in bodies instead of refusing them, as Intune mostly does.
    pub lax_bodies: bool,
    /// Take property names in any casing, as Cloud PC endpoints are seen to do.
    pub any_case_properties: bool,
    /// Objects on one page when `$top` asks for no other number; it is also the most that `$top` gets.
    pub page_size: usize,
    /// How pages follow each other.
    pub paging: Paging,
    /// `$filter`.
    pub filter: Mode,
    /// `$select`.
    pub select: Mode,
    /// `$expand`.
    pub expand: Mode,
    /// `$orderby`.
    pub order_by: Mode,
    /// Reads of one object by its id. A new object answers 404, a changed one its old value, a deleted one lives on.
    pub get_lag: Lag,
    /// Lists, as above.
    pub list_lag: Lag,
    /// Assignments in either, as above.
    pub assignment_lag: Lag,
    /// Within a lag, let each read fall on the primary or on a late replica: new, old, new again.
    pub flapping: bool,
    /// Milliseconds after the last assignment is removed during which a delete is still refused as "assigned".
    pub unassign_lag_milliseconds: u64,
    /// The published rate limits.
    pub throttling: bool,
    /// What unknown groups do in assignments.
    pub unknown_groups: UnknownGroups,
    /// Answers to PATCH.
    pub patch_reply: PatchReply,
    /// `@odata.type` in replies.
    pub type_style: TypeStyle,
    /// Properties without a value.
    pub nothing: Nothing,
    /// Dates in replies.
    pub date_digits: DateDigits,
    /// Answer collections that have no order (assignments, members, actions) in a shuffled order.
    pub shuffle: bool,
    /// Answer the next so many writes with 412 although no `If-Match` was sent.
    pub spontaneous_412: u32,
    /// In batches, every so many-th item is answered 429 with a fraction of a second to wait; 0 for none.
    pub batch_throttle_every: u32,
    /// In batches, every so many-th answer is left out; 0 for none.
    pub batch_omit_every: u32,
    /// Role assignments stay in lists and answer 404 otherwise once all their member groups are deleted.
    pub zombies: bool,
    /// Seconds that the health checks of a network connection take.
    pub health_check_seconds: i64,
    /// How they end: a member of `cloudPcOnPremisesConnectionStatus`.
    pub health_check_result: String,
    /// What they find when they end as `failed` or `warning`, a member of `cloudPcOnPremisesConnectionHealthCheckErrorType`. Its prefix
    /// tells which check it is; several are separated with commas.
    pub health_check_error: String,
    /// The password that the domain takes, whatever `healthCheckResult` says; empty when it takes any.
    pub domain_password: String,
    /// Refuse another password for a connection whose checks failed. Pages are not clear about it.
    pub password_needs_health: bool,
    /// Seconds that the copy of a device image takes.
    pub image_seconds: i64,
    /// How the copy ends when it ends well: `ready`, or `warning`, which only beta has.
    pub image_result: String,
    /// The error code with which it fails, a member of `cloudPcDeviceImageErrorCode`; empty when it ends well.
    pub image_error: String,
    /// Seconds that the `apply` action of a provisioning policy takes.
    pub apply_seconds: i64,
    /// Seconds that a remote action on a Cloud PC takes.
    pub remote_action_seconds: i64,
    /// Ids of the Cloud PCs on which remote actions fail in the end.
    pub failing_cloud_pcs: Vec<String>,
    /// How replies of the token service give the lifetime.
    pub token_lifetime_style: LifetimeStyle,
    /// Lifetime of tokens in seconds.
    pub token_lifetime_seconds: i64,
    /// How tokens look.
    pub token_form: TokenForm,
    /// The cloud that is played: `public`, `usgovernment`, `usgovernmentdod` or `china`. Its Graph is the only one that tokens are for.
    pub cloud: String,
    /// What people do who are asked to sign in.
    pub person: PersonDoes,
    /// How long codes for other devices are good for, in seconds.
    pub device_code_seconds: i64,
    /// How often it may be asked whether a code was entered, in seconds.
    pub device_interval: i64,
    /// How often it is asked before a code is entered.
    pub device_polls: u32,
    /// The browser brings back another `state` than it was sent with.
    pub wrong_state: bool,
    /// So many exchanges of a federated token meet a part of the service that does not know the credential yet.
    pub federation_lag: u32,
    /// Whether the metadata document is an array of one.
    pub metadata_array: bool,
    /// The identity provider that it names.
    pub identity_provider: String,
    /// Delegated permissions of Cloud Shell's tokens. What Microsoft gives them does not include Intune.
    pub cloud_shell_scopes: Vec<String>,
    /// Answer every call with a continuous access evaluation challenge until a token was asked for with its claims.
    pub access_challenge: bool,
    /// Cloud PC calls without `User-Agent` are answered 403 (seen in public issue threads).
    pub require_user_agent: bool,
    /// Calls are checked against the permissions of the token.
    pub check_permissions: bool,
}

impl Default for Switches {
    fn default() -> Switches {
        Switches {
            lax_bodies: false,
            any_case_properties: false,
            page_size: 20,
            paging: Paging::default(),
            filter: Mode::Honour,
            select: Mode::Honour,
            expand: Mode::Honour,
            order_by: Mode::Honour,
            get_lag: Lag::None,
            list_lag: Lag::None,
            assignment_lag: Lag::None,
            flapping: false,
            unassign_lag_milliseconds: 0,
            throttling: false,
            unknown_groups: UnknownGroups::ByType,
            patch_reply: PatchReply::Documented,
            type_style: TypeStyle::Hash,
            nothing: Nothing::Null,
            date_digits: DateDigits::Varying,
            shuffle: false,
            spontaneous_412: 0,
            batch_throttle_every: 0,
            batch_omit_every: 0,
            zombies: false,
            health_check_seconds: 600,
            health_check_result: "passed".to_owned(),
            health_check_error: "adJoinCheckIncorrectCredentials".to_owned(),
            domain_password: String::new(),
            password_needs_health: false,
            image_seconds: 1800,
            image_result: "ready".to_owned(),
            image_error: String::new(),
            apply_seconds: 300,
            remote_action_seconds: 120,
            failing_cloud_pcs: Vec::new(),
            token_lifetime_style: LifetimeStyle::Number,
            token_lifetime_seconds: 3599,
            token_form: TokenForm::V1,
            cloud: "public".to_owned(),
            person: PersonDoes::Approves,
            device_code_seconds: 900,
            device_interval: 5,
            device_polls: 1,
            wrong_state: false,
            federation_lag: 0,
            metadata_array: false,
            identity_provider: "AAD".to_owned(),
            cloud_shell_scopes: ["User.Read", "Directory.AccessAsUser.All"]
                .map(str::to_owned)
                .to_vec(),
            access_challenge: false,
            require_user_agent: true,
            check_permissions: true,
        }
    }
}
