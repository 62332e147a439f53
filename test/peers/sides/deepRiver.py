"""deep-river's LSTM regressor: python deepRiver.py FOLDER

It cannot do the same work: no state is carried, every prediction runs the last 16 rows from zero, and every learn_one runs
them again and takes the loss of the last row only. It starts from its own weights and has no linear skip.
"""

import sys
from importlib.metadata import version

import torch
from deep_river.regression.zoo import LSTMRegressor
from serve import INPUTS, Skip, read_rows, serve

torch.set_num_threads(1)
torch.set_num_interop_threads(1)
rows = [({f"x{k}": value for k, value in enumerate(x)}, target) for x, target in read_rows(sys.argv[1])]
N = len(rows)


def create_row(work, hidden_size):
    if work not in ("predict", "learn1"):
        raise Skip("learns after every row, not every few")
    model = LSTMRegressor(
        n_features=INPUTS,
        hidden_size=hidden_size,
        optimizer_fn="adam",
        lr=1e-3,
        gradient_clip_value=1.0,
        window_size=16,
        append_predict=work == "predict",
    )

    def predict(t):
        x, target = rows[t % N]
        return model.predict_one(x) - target

    def learn(t):
        x, target = rows[t % N]
        error = model.predict_one(x) - target
        model.learn_one(x, target)
        return error

    return predict if work == "predict" else learn


serve(f"{version('deep-river')}, river {version('river')}, torch {torch.__version__.split('+')[0]}", create_row)
