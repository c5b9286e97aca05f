//! Users and groups by name or number.

use crate::resource::Failure;
use nix::unistd::{Gid, Group, Uid, User};

/// The user that a program names: a number that the user database knows, else a name.
pub fn user(text: &str) -> Result<u32, Failure> {
    let by_number = text.parse().ok().and_then(|uid| User::from_uid(Uid::from_raw(uid)).ok().flatten());
    match by_number.map_or_else(|| User::from_name(text), |user| Ok(Some(user))) {
        Ok(Some(user)) => Ok(user.uid.as_raw()),
        Ok(None) => Err(Failure::new(format!("there is no user `{text}`"))),
        Err(error) => Err(Failure::new(format!("cannot look up the user `{text}`: {error}"))),
    }
}

/// The group that a program names: a number that the group database knows, else a name.
pub fn group(text: &str) -> Result<u32, Failure> {
    let by_number = text.parse().ok().and_then(|gid| Group::from_gid(Gid::from_raw(gid)).ok().flatten());
    match by_number.map_or_else(|| Group::from_name(text), |group| Ok(Some(group))) {
        Ok(Some(group)) => Ok(group.gid.as_raw()),
        Ok(None) => Err(Failure::new(format!("there is no group `{text}`"))),
        Err(error) => Err(Failure::new(format!("cannot look up the group `{text}`: {error}"))),
    }
}

/// What to call a user in a message.
pub fn user_name(uid: u32) -> String {
    User::from_uid(Uid::from_raw(uid)).ok().flatten().map_or_else(|| uid.to_string(), |user| user.name)
}

/// What to call a group in a message.
pub fn group_name(gid: u32) -> String {
    Group::from_gid(Gid::from_raw(gid)).ok().flatten().map_or_else(|| gid.to_string(), |group| group.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_looked_up() {
        assert_eq!(user("root"), Ok(0));
        assert_eq!(user("0"), Ok(0));
        assert_eq!(group("0"), Ok(0));
        assert_eq!(user_name(0), "root");
        assert!(user("no such user").is_err());
        assert!(group("no such group").is_err());
        assert!(user("4294000000").is_err(), "a number has to be known");
    }
}
