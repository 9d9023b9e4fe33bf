//! What holds for the whole life of any object, whatever it is configured to be.

use super::each_holds;
use crate::support::life::Life;

/// It becomes what is configured and stays so, whoever imports it finds it so, and nothing is left of it in the end.
#[test]
fn every_object_lives_as_it_is_configured() {
    each_holds("lives", 12, 320, Life::of, |entity, life| life.live(entity));
}
