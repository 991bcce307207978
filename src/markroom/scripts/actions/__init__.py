"""What people and jobs do with a batch, by verb; the two exported are for the rooms above."""

from markroom.scripts.actions.batches import change_batch_state, start_marking

__all__ = ["change_batch_state", "start_marking"]
