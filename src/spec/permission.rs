//! Which permissions a call needs, for both kinds of access.

/// Permissions that allow one operation: any one of them suffices; the least comes first. An empty list means that this kind of token
/// is not supported there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// For a signed-in person.
    pub delegated: &'static [&'static str],
    /// For an app.
    pub application: &'static [&'static str],
}

impl Access {
    /// The same permissions for both kinds of access.
    pub const fn both(permissions: &'static [&'static str]) -> Self {
        Access { delegated: permissions, application: permissions }
    }

    /// Permissions that differ between the kinds of access.
    pub const fn apart(
        delegated: &'static [&'static str],
        application: &'static [&'static str],
    ) -> Self {
        Access { delegated, application }
    }

    /// Only a signed-in person may.
    pub const fn delegated_only(permissions: &'static [&'static str]) -> Self {
        Access { delegated: permissions, application: &[] }
    }
}

/// Permissions by operation. Source: Microsoft's published permission list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permissions {
    /// Read and list.
    pub read: Access,
    /// Create.
    pub create: Access,
    /// Update, assignments included.
    pub update: Access,
    /// Delete.
    pub delete: Access,
}

impl Permissions {
    /// Some permissions to read, some to write, the same for both kinds of access. Name in `read` also those that include reading.
    pub const fn read_write(read: &'static [&'static str], write: &'static [&'static str]) -> Self {
        let write = Access::both(write);
        Permissions { read: Access::both(read), create: write, update: write, delete: write }
    }

    /// The same, but no app may create, update or delete, whatever permissions it has.
    pub const fn writes_delegated_only(mut self) -> Self {
        self.create = Access::delegated_only(self.create.delegated);
        self.update = Access::delegated_only(self.update.delegated);
        self.delete = Access::delegated_only(self.delete.delegated);
        self
    }

    /// The same, but no app may do anything, whatever permissions it has.
    pub const fn delegated_only(mut self) -> Self {
        self.read = Access::delegated_only(self.read.delegated);
        self.writes_delegated_only()
    }
}
