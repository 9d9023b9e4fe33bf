//! The table: every attribute, its variables in the order in which they are read, and what it is.

use super::Input;

/// `access_token`.
pub static ACCESS_TOKEN: Input = Input::secret(
    "access_token",
    &["WINDOWS365_ACCESS_TOKEN"],
    "A token for Microsoft Graph that was got elsewhere. It is used as it is and never renewed, so it must outlive the run.",
);

/// `ado_pipeline_service_connection_id`.
pub static ADO_PIPELINE_SERVICE_CONNECTION_ID: Input = Input::text(
    "ado_pipeline_service_connection_id",
    &[
        "WINDOWS365_ADO_PIPELINE_SERVICE_CONNECTION_ID",
        "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID",
        "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID",
        "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
    ],
    "Id of the Azure DevOps service connection whose federated credential signs in (`oidc_azure_devops`). The pipeline must \
     be authorized to use it.",
);

/// `allow_unencrypted_token_cache`.
pub static ALLOW_UNENCRYPTED_TOKEN_CACHE: Input = Input::flag(
    "allow_unencrypted_token_cache",
    &["WINDOWS365_ALLOW_UNENCRYPTED_TOKEN_CACHE"],
    "Whether the key of the token cache may lie in a file beside it where the operating system keeps no keys, as on most \
     servers. Whoever can read the files can then use the sign-in. Default: `false`.",
);

/// `auth_method`.
pub static AUTH_METHOD: Input = Input::text(
    "auth_method",
    &["WINDOWS365_AUTH_METHOD", "M365_AUTH_METHOD"],
    "How to sign in: `auto` (the default) takes the first way whose values are all there, in the order `access_token`, \
     `client_certificate`, `client_secret`, `on_behalf_of`, `oidc`, `oidc_azure_devops`, `oidc_github`, \
     `workload_identity`, `managed_identity`, `token_cache`, `azure_developer_cli`, `azure_cli`, and logs which one. \
     `device_code` and `interactive_browser` are used only when they are named. If the chosen way fails, no other is tried.",
);

/// `authority_host`.
pub static AUTHORITY_HOST: Input = Input::text(
    "authority_host",
    &["WINDOWS365_AUTHORITY_HOST", "ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST", "AZURE_AUTHORITY_HOST"],
    "Base address of the token service, instead of that of `environment`. Plain `http` is accepted for loopback addresses \
     only.",
);

/// `ca_file`.
pub static CA_FILE: Input = Input::text(
    "ca_file",
    &["WINDOWS365_CA_FILE", "SSL_CERT_FILE"],
    "Path of a PEM file with further certificate authorities to trust, besides those of the operating system; for proxies \
     that look into connections.",
);

/// `client_certificate`.
pub static CLIENT_CERTIFICATE: Input = Input::secret(
    "client_certificate",
    &["WINDOWS365_CLIENT_CERTIFICATE", "ARM_CLIENT_CERTIFICATE"],
    "Certificate and private key of the app registration: PEM, or the base64 of a PEM or PKCS#12 (PFX) file. The key must \
     be an RSA key.",
);

/// `client_certificate_password`.
pub static CLIENT_CERTIFICATE_PASSWORD: Input = Input::secret(
    "client_certificate_password",
    &[
        "WINDOWS365_CLIENT_CERTIFICATE_PASSWORD",
        "ARM_CLIENT_CERTIFICATE_PASSWORD",
        "AZURE_CLIENT_CERTIFICATE_PASSWORD",
        "M365_CLIENT_CERTIFICATE_PASSWORD",
    ],
    "Password of the certificate's file or key.",
);

/// `client_certificate_path`.
pub static CLIENT_CERTIFICATE_PATH: Input = Input::text(
    "client_certificate_path",
    &[
        "WINDOWS365_CLIENT_CERTIFICATE_PATH",
        "ARM_CLIENT_CERTIFICATE_PATH",
        "AZURE_CLIENT_CERTIFICATE_PATH",
        "M365_CLIENT_CERTIFICATE_FILE_PATH",
    ],
    "Path of a file with certificate and private key, PEM or PKCS#12 (PFX). `~` is not expanded.",
);

/// `client_id`.
pub static CLIENT_ID: Input = Input::text(
    "client_id",
    &["WINDOWS365_CLIENT_ID", "ARM_CLIENT_ID", "AZURE_CLIENT_ID", "M365_CLIENT_ID"],
    "Application (client) id of the app registration that signs in. With `managed_identity` the client id of a \
     user-assigned identity.",
);

/// `client_id_file_path`.
pub static CLIENT_ID_FILE_PATH: Input = Input::text(
    "client_id_file_path",
    &["WINDOWS365_CLIENT_ID_FILE_PATH", "ARM_CLIENT_ID_FILE_PATH"],
    "Path of a file that holds the application (client) id.",
);

/// `client_secret`.
pub static CLIENT_SECRET: Input = Input::secret(
    "client_secret",
    &["WINDOWS365_CLIENT_SECRET", "ARM_CLIENT_SECRET", "AZURE_CLIENT_SECRET", "M365_CLIENT_SECRET"],
    "Secret of the app registration: its value, not its id. Better set in the environment or by an ephemeral value than \
     written down: saved plan files hold the provider block.",
);

/// `client_secret_file_path`.
pub static CLIENT_SECRET_FILE_PATH: Input = Input::text(
    "client_secret_file_path",
    &["WINDOWS365_CLIENT_SECRET_FILE_PATH", "ARM_CLIENT_SECRET_FILE_PATH"],
    "Path of a file that holds the secret. A line break at its end is not part of it.",
);

/// `environment`.
pub static ENVIRONMENT: Input = Input::text(
    "environment",
    &["WINDOWS365_ENVIRONMENT", "ARM_ENVIRONMENT", "AZURE_CLOUD", "M365_CLOUD"],
    "Cloud of the tenant: `public` (the default; GCC tenants live there too), `usgovernment` (GCC High), `usgovernmentdod`, \
     `china`, `bleu`, `delos`, `usnat` or `ussec`. The spellings of other providers are understood: `global`, `gcc`, \
     `gcchigh`, `usgovernmentl4`, `usgovernmentl5`, `dod`, `ex`, `rx`.",
);

/// `graph_audience`.
pub static GRAPH_AUDIENCE: Input = Input::text(
    "graph_audience",
    &["WINDOWS365_GRAPH_AUDIENCE"],
    "What tokens are asked for, instead of the Graph of `environment`, e.g. `https://graph.microsoft.us`.",
);

/// `graph_endpoint`.
pub static GRAPH_ENDPOINT: Input = Input::text(
    "graph_endpoint",
    &["WINDOWS365_GRAPH_ENDPOINT", "ARM_MSGRAPH_ENDPOINT"],
    "Base address of Microsoft Graph without the version, instead of that of `environment`. Plain `http` is accepted for \
     loopback addresses only.",
);

/// `login_hint`.
pub static LOGIN_HINT: Input = Input::text(
    "login_hint",
    &["WINDOWS365_LOGIN_HINT"],
    "Account that a person is to sign in with, e.g. `ada@contoso.com`. Also chooses among several sign-ins in the token \
     cache.",
);

/// `managed_identity_id`.
pub static MANAGED_IDENTITY_ID: Input = Input::text(
    "managed_identity_id",
    &["WINDOWS365_MANAGED_IDENTITY_ID", "M365_MANAGED_IDENTITY_ID"],
    "Which user-assigned managed identity to use: its client id, or its Azure resource id (`/subscriptions/...`). Without \
     it `client_id`, without that the machine's own identity.",
);

/// `metadata_host`.
pub static METADATA_HOST: Input = Input::text(
    "metadata_host",
    &["WINDOWS365_METADATA_HOST", "ARM_METADATA_HOSTNAME"],
    "Host of the Azure metadata service that names the token service and Graph of a cloud. `authority_host` and \
     `graph_endpoint` win over what it says.",
);

/// `msi_endpoint`.
pub static MSI_ENDPOINT: Input = Input::text(
    "msi_endpoint",
    &["WINDOWS365_MSI_ENDPOINT", "ARM_MSI_ENDPOINT"],
    "Address of the instance metadata service, instead of `http://169.254.169.254`.",
);

/// `no_proxy`.
pub static NO_PROXY: Input = Input::text(
    "no_proxy",
    &["WINDOWS365_NO_PROXY"],
    "Hosts that are reached without the proxy, separated by commas. Without it `NO_PROXY` counts. Loopback and link-local \
     addresses never go through a proxy.",
);

/// `oidc_audience`.
pub static OIDC_AUDIENCE: Input = Input::text(
    "oidc_audience",
    &["WINDOWS365_OIDC_AUDIENCE"],
    "Audience of federated tokens, instead of that of the cloud (`api://AzureADTokenExchange` in the public one).",
);

/// `oidc_request_token`.
pub static OIDC_REQUEST_TOKEN: Input = Input::secret(
    "oidc_request_token",
    &[
        "WINDOWS365_OIDC_REQUEST_TOKEN",
        "ARM_OIDC_REQUEST_TOKEN",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "SYSTEM_ACCESSTOKEN",
        "M365_OIDC_REQUEST_TOKEN",
    ],
    "What the pipeline's token service is asked with (`oidc_github`, `oidc_azure_devops`).",
);

/// `oidc_request_url`.
pub static OIDC_REQUEST_URL: Input = Input::text(
    "oidc_request_url",
    &[
        "WINDOWS365_OIDC_REQUEST_URL",
        "ARM_OIDC_REQUEST_URL",
        "ACTIONS_ID_TOKEN_REQUEST_URL",
        "SYSTEM_OIDCREQUESTURI",
        "M365_OIDC_REQUEST_URL",
    ],
    "Address of the pipeline's token service (`oidc_github`, `oidc_azure_devops`).",
);

/// `oidc_token`.
pub static OIDC_TOKEN: Input = Input::secret(
    "oidc_token",
    &["WINDOWS365_OIDC_TOKEN", "ARM_OIDC_TOKEN", "TFC_WORKLOAD_IDENTITY_TOKEN"],
    "Token of somebody whom the app trusts by a federated credential. It cannot be renewed; for long runs give a file.",
);

/// `oidc_token_file_path`.
pub static OIDC_TOKEN_FILE_PATH: Input = Input::text(
    "oidc_token_file_path",
    &[
        "WINDOWS365_OIDC_TOKEN_FILE_PATH",
        "ARM_OIDC_TOKEN_FILE_PATH",
        "AZURE_FEDERATED_TOKEN_FILE",
        "M365_OIDC_TOKEN_FILE_PATH",
    ],
    "Path of a file that holds such a token. It is read whenever a token is wanted.",
);

/// `partner_id`.
pub static PARTNER_ID: Input = Input::text(
    "partner_id",
    &["WINDOWS365_PARTNER_ID", "ARM_PARTNER_ID"],
    "Partner id (GUID) that requests are attributed to.",
);

/// `permission_check`.
pub static PERMISSION_CHECK: Input = Input::text(
    "permission_check",
    &["WINDOWS365_PERMISSION_CHECK"],
    "What happens when the token lacks a permission, before the service is asked: `warn` (the default), `error` or `off`.",
);

/// `prompt`.
pub static PROMPT: Input = Input::text(
    "prompt",
    &["WINDOWS365_PROMPT"],
    "`tty`: with `auth_method = \"device_code\"` and nobody signed in, the code is shown on the terminal, if there is one. Never in automation (`CI`, \
     `TF_IN_AUTOMATION`, `TF_INPUT=0`). Without it, the code stands in the error of the run, and the next run goes on once it was entered.",
);

/// `proxy_url`.
pub static PROXY_URL: Input = Input::secret(
    "proxy_url",
    &["WINDOWS365_PROXY_URL", "M365_PROXY_URL"],
    "Address of the HTTP proxy, with user and password if it wants them. Without it `HTTPS_PROXY`, `HTTP_PROXY`, \
     `ALL_PROXY` and the system's settings count.",
);

/// `redirect_url`.
pub static REDIRECT_URL: Input = Input::text(
    "redirect_url",
    &["WINDOWS365_REDIRECT_URL", "M365_REDIRECT_URI"],
    "Redirect address of the app registration for `interactive_browser`; it must lead to this machine. Default: \
     `http://localhost` with any free port.",
);

/// `send_certificate_chain`.
pub static SEND_CERTIFICATE_CHAIN: Input = Input::flag(
    "send_certificate_chain",
    &[
        "WINDOWS365_SEND_CERTIFICATE_CHAIN",
        "AZURE_CLIENT_SEND_CERTIFICATE_CHAIN",
        "M365_SEND_CERTIFICATE_CHAIN",
    ],
    "Whether to send the whole chain of the certificate, for apps that Entra trusts by subject name and issuer. Default: \
     `false`.",
);

/// `skip_cloud_check`.
pub static SKIP_CLOUD_CHECK: Input = Input::flag(
    "skip_cloud_check",
    &["WINDOWS365_SKIP_CLOUD_CHECK"],
    "Whether to ask a cloud for services that it is not known to offer. Default: `false`.",
);

/// `tenant_id`.
pub static TENANT_ID: Input = Input::text(
    "tenant_id",
    &["WINDOWS365_TENANT_ID", "ARM_TENANT_ID", "AZURE_TENANT_ID", "M365_TENANT_ID"],
    "Tenant to manage: its id, or one of its verified domain names. `common`, `organizations` and `consumers` name no \
     tenant and are refused. Optional with `access_token`, `managed_identity` and the command lines; when it is set there, \
     the token must be for this tenant.",
);

/// `use_aks_workload_identity`.
pub static USE_AKS_WORKLOAD_IDENTITY: Input = Input::flag(
    "use_aks_workload_identity",
    &["WINDOWS365_USE_AKS_WORKLOAD_IDENTITY", "ARM_USE_AKS_WORKLOAD_IDENTITY"],
    "Whether `auto` may sign in by the workload identity of a Kubernetes pod. Default: `false`.",
);

/// `use_azd`.
pub static USE_AZD: Input = Input::flag(
    "use_azd",
    &["WINDOWS365_USE_AZD"],
    "Whether `auto` may ask the Azure Developer CLI. Default: `false`.",
);

/// `use_cli`.
pub static USE_CLI: Input = Input::flag(
    "use_cli",
    &["WINDOWS365_USE_CLI", "ARM_USE_CLI"],
    "Whether `auto` may ask the Azure CLI, last of all. Default: `true`.",
);

/// `use_msi`.
pub static USE_MSI: Input = Input::flag(
    "use_msi",
    &["WINDOWS365_USE_MSI", "ARM_USE_MSI"],
    "Whether `auto` may use the machine's managed identity. Together with `use_oidc` and `managed_identity_id` the identity \
     vouches for the app `client_id`. Default: `false`.",
);

/// `use_oidc`.
pub static USE_OIDC: Input = Input::flag(
    "use_oidc",
    &["WINDOWS365_USE_OIDC", "ARM_USE_OIDC"],
    "Whether `auto` may sign in by a federated token. Default: `false`.",
);

/// `use_token_cache`.
pub static USE_TOKEN_CACHE: Input = Input::flag(
    "use_token_cache",
    &["WINDOWS365_USE_TOKEN_CACHE"],
    "Whether `auto` may use what `auth login` left in the token cache. Default: `true`, but `false` where `CI` is set.",
);

/// `user_agent_suffix`.
pub static USER_AGENT_SUFFIX: Input = Input::text(
    "user_agent_suffix",
    &["WINDOWS365_USER_AGENT_SUFFIX", "TF_APPEND_USER_AGENT"],
    "Text that is added to the `User-Agent` of every request.",
);

/// `user_assertion`.
pub static USER_ASSERTION: Input = Input::secret(
    "user_assertion",
    &["WINDOWS365_USER_ASSERTION"],
    "Token of a person for the app `client_id`, which then acts on that person's behalf (`on_behalf_of`).",
);

/// `user_assertion_file_path`.
pub static USER_ASSERTION_FILE_PATH: Input = Input::text(
    "user_assertion_file_path",
    &["WINDOWS365_USER_ASSERTION_FILE_PATH"],
    "Path of a file that holds such a token. It is read whenever a token is wanted.",
);

/// `wait_for_replication`.
pub static WAIT_FOR_REPLICATION: Input = Input::flag(
    "wait_for_replication",
    &["WINDOWS365_WAIT_FOR_REPLICATION"],
    "Whether to wait, for at most three minutes, when Entra does not know the app or its federated credential, which may \
     have been made just now. Default: `true`.",
);

/// All of them, by name.
pub static ALL: &[&Input] = &[
    &ACCESS_TOKEN,
    &ADO_PIPELINE_SERVICE_CONNECTION_ID,
    &ALLOW_UNENCRYPTED_TOKEN_CACHE,
    &AUTH_METHOD,
    &AUTHORITY_HOST,
    &CA_FILE,
    &CLIENT_CERTIFICATE,
    &CLIENT_CERTIFICATE_PASSWORD,
    &CLIENT_CERTIFICATE_PATH,
    &CLIENT_ID,
    &CLIENT_ID_FILE_PATH,
    &CLIENT_SECRET,
    &CLIENT_SECRET_FILE_PATH,
    &ENVIRONMENT,
    &GRAPH_AUDIENCE,
    &GRAPH_ENDPOINT,
    &LOGIN_HINT,
    &MANAGED_IDENTITY_ID,
    &METADATA_HOST,
    &MSI_ENDPOINT,
    &NO_PROXY,
    &OIDC_AUDIENCE,
    &OIDC_REQUEST_TOKEN,
    &OIDC_REQUEST_URL,
    &OIDC_TOKEN,
    &OIDC_TOKEN_FILE_PATH,
    &PARTNER_ID,
    &PERMISSION_CHECK,
    &PROMPT,
    &PROXY_URL,
    &REDIRECT_URL,
    &SEND_CERTIFICATE_CHAIN,
    &SKIP_CLOUD_CHECK,
    &TENANT_ID,
    &USE_AKS_WORKLOAD_IDENTITY,
    &USE_AZD,
    &USE_CLI,
    &USE_MSI,
    &USE_OIDC,
    &USE_TOKEN_CACHE,
    &USER_AGENT_SUFFIX,
    &USER_ASSERTION,
    &USER_ASSERTION_FILE_PATH,
    &WAIT_FOR_REPLICATION,
];
