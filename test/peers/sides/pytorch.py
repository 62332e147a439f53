"""PyTorch on one thread, as an expert would write it: python pytorch.py FOLDER cell|window

cell: LSTMCell row by row; where no weight changes inside a window the graph of the live rows is kept.
window: rows are predicted without a graph, then nn.LSTM runs the whole window in one call.
All parameters and their gradients are views of two flat tensors, so that clip and Adam are a few calls, not many.
"""

import sys

import torch
import torch.nn.functional as F
from serve import INPUTS, WORKS, Skip, read_floats, read_rows, say, serve

torch.set_num_threads(1)
torch.set_num_interop_threads(1)
folder, variant = sys.argv[1:]
rows = read_rows(folder)
X = torch.tensor([x for x, _ in rows])
XS = list(X.split(1))
TARGETS = torch.tensor([target for _, target in rows])
N = len(rows)


class Net:
    def __init__(self, hidden_size):
        H = hidden_size
        flat = torch.tensor(read_floats(folder, f"weights-{H}.f32"))
        shapes = [(4 * H, INPUTS), (4 * H, H), (4 * H,), (1, H), (1, INPUTS), (1,)]
        self.flat = torch.nn.Parameter(flat)
        self.flat.grad = torch.zeros_like(flat)
        views, offset = [], 0
        for shape in shapes:
            size = torch.Size(shape).numel()
            view = torch.nn.Parameter(flat[offset : offset + size].view(shape))
            view.grad = self.flat.grad[offset : offset + size].view(shape)
            views.append(view)
            offset += size
        self.Wx, self.Wh, self.b, self.Wy, self.S, self.by = views
        self.none = torch.nn.Parameter(torch.zeros(4 * H), requires_grad=False)
        self.lstm = torch.nn.LSTM(INPUTS, H)
        self.cell = torch.nn.LSTMCell(INPUTS, H)
        for module, suffix in ((self.lstm, "_l0"), (self.cell, "")):
            # PyTorch has two biases: the second one is frozen at zero.
            for name, value in (("weight_ih", self.Wx), ("weight_hh", self.Wh), ("bias_ih", self.b), ("bias_hh", self.none)):
                setattr(module, name + suffix, value)
        self.adam = create_adam(self.flat)
        self.state = (torch.zeros(1, H), torch.zeros(1, H))

    def head(self, h, x):
        return F.linear(h, self.Wy, self.by) + F.linear(x, self.S)

    def update(self, loss):
        loss.backward()
        gradient = self.flat.grad
        gradient.mul_((1 / (gradient.norm() + 1e-6)).clamp_(max=1))
        self.adam.step()
        gradient.zero_()


def create_adam(parameter):
    try:
        return torch.optim.Adam([parameter], lr=1e-3, fused=True)
    except (RuntimeError, TypeError):  # not before 2.4 on a CPU
        return torch.optim.Adam([parameter], lr=1e-3)


def predict(net):
    @torch.inference_mode()
    def row(t):
        at = t % N
        net.state = net.cell(XS[at], net.state)
        return net.head(net.state[0], XS[at]).item() - rows[at][1]

    return row


def keep_graph(net, k):
    """k1 = k2: the graph of the live rows is the window's."""
    ys = []

    def row(t):
        at = t % N
        net.state = net.cell(XS[at], net.state)
        ys.append(net.head(net.state[0], XS[at]))
        error = ys[-1].item() - rows[at][1]
        if t % k == k - 1:
            net.update(F.mse_loss(torch.cat(ys).view(-1), TARGETS[at + 1 - k : at + 1]))
            ys.clear()
            h, c = net.state
            net.state = (h.detach(), c.detach())
        return error

    return row


def run_again(net, k1, k2, run):
    """The window is run again from the state before it. `run(X, start)` gives the outputs, the states after k1 and all."""
    start = [net.state]

    def row(t):
        at = t % N
        with torch.no_grad():
            net.state = net.cell(XS[at], net.state)
            error = net.head(net.state[0], XS[at]).item() - rows[at][1]
        if t % k1 == k1 - 1:
            T = min(t + 1, k2)
            window = [(t + 1 - T + i) % N for i in range(T)]
            x, target = (X[window], TARGETS[window]) if at + 1 < T else (X[at + 1 - T : at + 1], TARGETS[at + 1 - T : at + 1])
            h, early, net.state = run(net, x, start[0], k1)
            net.update(F.mse_loss(net.head(h, x).view(-1), target))
            if T == k2:
                start[0] = early
        return error

    return row


def detached(state):
    return tuple(tensor.detach() for tensor in state)


def run_cells(net, x, state, k1):
    hs, early = [], None
    for i, row in enumerate(x.split(1)):
        state = net.cell(row, state)
        hs.append(state[0])
        if i == k1 - 1:
            early = detached(state)
    return torch.cat(hs), early, detached(state)


def run_window(net, x, state, k1):
    x = x.unsqueeze(1)
    h, state = net.lstm(x[:k1], tuple(tensor.unsqueeze(0) for tensor in state))
    early = detached(tensor[0] for tensor in state)
    if len(x) > k1:
        rest, state = net.lstm(x[k1:], state)
        h = torch.cat([h, rest])
    return h.squeeze(1), early, detached(tensor[0] for tensor in state)


def create_row(work, hidden_size):
    if work not in WORKS:
        raise Skip("not one of its kinds of work")
    k1, k2 = WORKS[work]
    net = Net(hidden_size)
    if k1 == 0:
        if variant == "window":
            raise Skip("one row is no window")
        return predict(net)
    if variant == "window":
        return run_again(net, k1, k2, run_window)
    return keep_graph(net, k1) if k1 == k2 else run_again(net, k1, k2, run_cells)


if variant not in ("cell", "window"):
    say(f"skip no variant {variant}")
else:
    serve(f"{torch.__version__.split('+')[0]}", create_row)
