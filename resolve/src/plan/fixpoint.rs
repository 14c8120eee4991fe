/// The largest set of things that is in keeping with itself: all that do not fall because too much that they need has
/// fallen. Things may need each other in circles; a circle that nothing breaks stands.
#[derive(Default)]
pub(super) struct Fixpoint {
    things: Vec<Thing>,
}

struct Thing {
    /// How many more of those that it needs may fall before it falls.
    spare: usize,
    needed_by: Vec<u32>,
    fallen: bool,
}

impl Fixpoint {
    /// So many things.
    pub(super) fn of(count: usize) -> Self {
        let mut fixpoint = Self::default();
        (0..count).for_each(|_| fixpoint.add());
        fixpoint
    }

    /// One more thing, which needs nothing yet; its number is how many there were.
    pub(super) fn add(&mut self) {
        self.things.push(Thing { spare: 0, needed_by: Vec::new(), fallen: false });
    }

    /// `thing` needs all of `others`.
    pub(super) fn needs_all(&mut self, thing: usize, others: impl IntoIterator<Item = usize>) {
        for other in others {
            self.things[other].needed_by.push(index(thing));
        }
    }

    /// `thing` needs one of `others`.
    pub(super) fn needs_any(&mut self, thing: usize, others: &[usize]) {
        match others.len().checked_sub(1) {
            Some(spare) => {
                self.things[thing].spare = spare;
                self.needs_all(thing, others.iter().copied());
            }
            None => self.fell(thing),
        }
    }

    /// `thing` does not stand, whatever the others do.
    pub(super) fn fell(&mut self, thing: usize) {
        self.things[thing].fallen = true;
    }

    /// Which things stand.
    pub(super) fn solve(mut self) -> Vec<bool> {
        let mut fallen: Vec<usize> =
            (0..self.things.len()).filter(|&thing| self.things[thing].fallen).collect();
        while let Some(thing) = fallen.pop() {
            for needy in std::mem::take(&mut self.things[thing].needed_by) {
                let needy = needy as usize;
                let Thing { spare, fallen: has_fallen, .. } = &mut self.things[needy];
                match spare.checked_sub(1) {
                    Some(left) => *spare = left,
                    None if *has_fallen => {}
                    None => {
                        *has_fallen = true;
                        fallen.push(needy);
                    }
                }
            }
        }
        self.things.iter().map(|thing| !thing.fallen).collect()
    }
}

fn index(thing: usize) -> u32 {
    u32::try_from(thing).expect("pairs are bounded well below 2^32")
}
