# %% [markdown]
# # Prepare the digits
#
# Pixels become numbers between 0 and 1; a part of the pictures is put aside for evaluation.

# %% tags=["parameters"]
held_out: float = 0.25  # the share that is put aside
seed: int = 7

# %%
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import treadle.notebook as tn

digits = load_digits()
pixels = digits.data / 16
print(f"{len(pixels):,} pictures of {pixels.shape[1]} pixels")

# %%
train_x, test_x, train_y, test_y = train_test_split(
    pixels, digits.target, test_size=held_out, random_state=seed, stratify=digits.target
)
np.savez_compressed(tn.context.file("digits.npz"), train_x=train_x, train_y=train_y, test_x=test_x, test_y=test_y)

# %%
tn.materialize(rows=len(pixels), metadata={"train": len(train_x), "held_out": len(test_x)})
