# %% [markdown]
# # Train
#
# A linear classifier, by stochastic gradient descent.

# %% tags=["parameters"]
epochs: int = 5  # how often all pictures are seen
learning_rate: float = 0.05
seed: int = 7

# %%
import joblib
import numpy as np
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import log_loss

import treadle.notebook as tn

with np.load(tn.context.file("digits.npz")) as digits:
    x, y = digits["train_x"], digits["train_y"]
model = SGDClassifier(loss="log_loss", learning_rate="constant", eta0=learning_rate, random_state=seed)

# %%
losses = []
for epoch in range(epochs):
    model.partial_fit(x, y, classes=np.arange(10))
    losses.append(log_loss(y, model.predict_proba(x)))
    tn.metric("loss", losses[-1], step=epoch)
tn.context.tracking.log(run=tn.context.run_id, loss=losses[-1])

# %%
import matplotlib.pyplot as plt

plt.plot(range(1, epochs + 1), losses)
plt.xlabel("epoch")
plt.ylabel("loss")
plt.show()

# %%
joblib.dump(model, tn.context.file("model.joblib"))
tn.materialize(metadata={"epochs": epochs, "classes": 10})
