use super::PlanError;

/// How much two schemas may still be looked at: each branch, field, symbol and alias that is compared counts.
pub(super) struct Budget {
    left: usize,
}

/// Unions of 2,800 branches on both sides are compared by their names, or such of 500 records that have thirty fields by
/// their structures.
const MOST: usize = 1 << 23;

impl Budget {
    pub(super) fn new() -> Self {
        Self { left: MOST }
    }

    pub(super) fn spend(&mut self, count: usize) {
        self.left = self.left.saturating_sub(count);
    }

    pub(super) fn is_spent(&self) -> bool {
        self.left == 0
    }

    /// # Errors
    /// It is spent.
    pub(super) fn check(&self) -> Result<(), PlanError> {
        if self.is_spent() { Err(PlanError::TooLarge) } else { Ok(()) }
    }
}
