//! Where the token service and Graph of a cloud are, as the cloud's own metadata service tells.
//!
//! Source: <https://learn.microsoft.com/rest/api/resources/metadata> (`/metadata/endpoints`, version 2022-09-01).

use crate::graph::{Endpoints, Runtime};

/// A question to a metadata service, and what counts besides its answer.
pub(super) struct Ask {
    /// Host, or origin.
    pub(super) host: String,
    /// Attribute that beats the answer.
    pub(super) authority_host: Option<String>,
    /// Attribute that beats the answer.
    pub(super) graph_endpoint: Option<String>,
    /// What holds where the answer says nothing.
    pub(super) usual: Endpoints,
    /// Whether the user says what tokens are for.
    pub(super) audience_is_set: bool,
    pub(super) user_agent: String,
    pub(super) runtime: Runtime,
}

impl Ask {
    /// Asks. The caller is in no position to await, so a thread of its own does; the answer is kept for the life of the process.
    ///
    /// # Errors
    /// Sentences.
    pub(super) fn endpoints(&self) -> Result<Endpoints, String> {
        let asked = std::thread::scope(|scope| {
            let thread = scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .map_err(|error| error.to_string())?;
                runtime.block_on(Endpoints::discover(&self.host, &self.user_agent, &self.runtime))
            });
            thread.join().unwrap_or_else(|_| Err("the question was not finished".to_owned()))
        });
        let found = asked.map_err(|why| format!("{} gave no answer of use: {why}.", self.host))?;
        let mut endpoints = found.over(&self.usual, self.audience_is_set);
        for (address, login) in [(&self.authority_host, true), (&self.graph_endpoint, false)] {
            if let Some(address) = address {
                endpoints = match login {
                    true => endpoints.with_authority_host(address)?,
                    false => endpoints.with_graph_endpoint(address)?,
                };
            }
        }
        Ok(endpoints)
    }
}
