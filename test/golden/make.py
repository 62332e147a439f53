#!/usr/bin/env python3
"""Makes the golden values that the kernel is held to: PyTorch for nets, mpmath for functions.

    /usr/bin/python3 test/golden/make.py

Needs torch, numpy and mpmath (Debian: python3-torch, python3-numpy, python3-mpmath); only to renew the files, never to
run the tests. Everything is seeded: the same versions write the same files. Arrays are flat, row-major, float32 written
so that parsing gives the same float32 back.
"""

import json
import os
import platform

import mpmath
import numpy as np
import torch
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
VERSIONS = {
    "python": platform.python_version(),
    "torch": torch.__version__,
    "numpy": np.__version__,
    "mpmath": mpmath.__version__,
}


def number(value):
    return float(f"{float(value):.9g}")


def flat(tensor):
    return [number(v) for v in tensor.detach().reshape(-1).tolist()]


def write(name, content):
    path = os.path.join(HERE, name)
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"madeBy": "test/golden/make.py", "versions": VERSIONS, **content}, file, separators=(",", ":"))
        file.write("\n")
    print(name, os.path.getsize(path), "bytes")


def leaf(*size, scale=0.5):
    return (torch.rand(*size) * 2 * scale - scale).requires_grad_(True)


def cell_parameters(gates, D, H, scale=0.5):
    return {"Wx": leaf(gates * H, D, scale=scale), "Wh": leaf(gates * H, H, scale=scale), "b": leaf(gates * H, scale=scale)}


def copy_into(cell, w):
    """PyTorch's cells have two biases: ours is the first, the second is zero."""
    with torch.no_grad():
        cell.weight_ih.copy_(w["Wx"])
        cell.weight_hh.copy_(w["Wh"])
        cell.bias_ih.copy_(w["b"])
        cell.bias_hh.zero_()
    cell.bias_hh.requires_grad_(False)
    return cell


def one_cell(kind):
    torch.manual_seed(11)
    D, H = 3, 5
    w = cell_parameters(4 if kind == "lstm" else 1, D, H)
    x, h = leaf(D, scale=1), leaf(H, scale=1)
    dh = leaf(H, scale=1).detach()
    out = {"D": D, "H": H, **{k: flat(v) for k, v in w.items()}, "x": flat(x), "hPrev": flat(h), "dh": flat(dh)}
    if kind == "lstm":
        cell = copy_into(torch.nn.LSTMCell(D, H), w)
        c = leaf(H, scale=1)
        dc = leaf(H, scale=1).detach()
        hn, cn = cell(x.unsqueeze(0), (h.unsqueeze(0), c.unsqueeze(0)))
        torch.autograd.backward([hn[0], cn[0]], [dh, dc])
        out.update({"cPrev": flat(c), "dc": flat(dc), "h": flat(hn), "c": flat(cn), "dcPrev": flat(c.grad)})
    else:
        cell = copy_into(torch.nn.RNNCell(D, H), w)
        hn = cell(x.unsqueeze(0), h.unsqueeze(0))
        hn[0].backward(dh)
        out["h"] = flat(hn)
    out.update({"dhPrev": flat(h.grad), "dWx": flat(cell.weight_ih.grad), "dWh": flat(cell.weight_hh.grad),
                "db": flat(cell.bias_ih.grad)})
    return out


GATES = {"lstm": 4, "rnn": 1, "gru": 3, "lstm_peephole": 4, "lstm_coupled": 3}


def variant_row(kind, w, x, h, c):
    """Peephole and coupled LSTM by their equations; autograd goes back."""
    z = w["b"] + w["Wx"] @ x + w["Wh"] @ h
    if kind == "lstm_peephole":
        zi, zf, zg, zo = z.chunk(4)
        i, f = torch.sigmoid(zi + w["p_i"] * c), torch.sigmoid(zf + w["p_f"] * c)
        c = f * c + i * torch.tanh(zg)
        return torch.sigmoid(zo + w["p_o"] * c) * torch.tanh(c), c
    zi, zg, zo = z.chunk(3)
    i = torch.sigmoid(zi)
    c = (1 - i) * c + i * torch.tanh(zg)
    return torch.sigmoid(zo) * torch.tanh(c), c


def one_gru():
    torch.manual_seed(16)
    D, H = 3, 5
    w = {**cell_parameters(3, D, H), "bh": leaf(3 * H)}
    x, h, dh = leaf(D, scale=1), leaf(H, scale=1), leaf(H, scale=1).detach()
    cell = torch.nn.GRUCell(D, H)
    with torch.no_grad():
        for name, key in (("weight_ih", "Wx"), ("weight_hh", "Wh"), ("bias_ih", "b"), ("bias_hh", "bh")):
            getattr(cell, name).copy_(w[key])
    hn = cell(x.unsqueeze(0), h.unsqueeze(0))
    hn[0].backward(dh)
    return {"D": D, "H": H, **{k: flat(v) for k, v in w.items()}, "x": flat(x), "hPrev": flat(h), "dh": flat(dh),
            "h": flat(hn), "dhPrev": flat(h.grad), "dWx": flat(cell.weight_ih.grad), "dWh": flat(cell.weight_hh.grad),
            "db": flat(cell.bias_ih.grad), "dbh": flat(cell.bias_hh.grad)}


def one_variant(kind):
    torch.manual_seed(17)
    D, H = 3, 5
    w = cell_parameters(GATES[kind], D, H)
    if kind == "lstm_peephole":
        w.update({name: leaf(H) for name in ("p_i", "p_f", "p_o")})
    x, h, c = leaf(D, scale=1), leaf(H, scale=1), leaf(H, scale=1)
    dh, dc = leaf(H, scale=1).detach(), leaf(H, scale=1).detach()
    hn, cn = variant_row(kind, w, x, h, c)
    torch.autograd.backward([hn, cn], [dh, dc])
    return {"D": D, "H": H, **{k: flat(v) for k, v in w.items()}, "x": flat(x), "hPrev": flat(h), "cPrev": flat(c),
            "dh": flat(dh), "dc": flat(dc), "h": flat(hn), "c": flat(cn), "dhPrev": flat(h.grad), "dcPrev": flat(c.grad),
            **{f"d{k}": flat(v.grad) for k, v in w.items()}}


def logistic():
    torch.manual_seed(18)
    y = torch.cat([torch.randn(12) * 3, torch.tensor([0.0, -40.0, 40.0, -200.0, 200.0])]).requires_grad_(True)
    target = (torch.rand(17) < 0.5).float()
    arrived = torch.rand(17) < 0.8
    loss = F.binary_cross_entropy_with_logits(y[arrived].double(), target[arrived].double())
    loss.backward()
    return {"y": flat(y), "target": flat(target), "arrived": [int(v) for v in arrived], "loss": float(loss),
            "dy": flat(y.grad)}


def stacked_window():
    """Two LSTM layers over 40 rows from a carried state; loss = sum of A·h of the upper layer."""
    torch.manual_seed(12)
    T, D, H = 40, 3, 6
    net = torch.nn.LSTM(D, H, num_layers=2)
    x, A = leaf(T, D, scale=1), leaf(T, H, scale=0.1).detach()
    h0, c0 = leaf(2, 1, H, scale=0.8), leaf(2, 1, H, scale=0.8)
    with torch.no_grad():
        net.bias_hh_l0.zero_()
        net.bias_hh_l1.zero_()
    y, _ = net(x.unsqueeze(1), (h0, c0))
    (y[:, 0] * A).sum().backward()
    layers = []
    for layer in (0, 1):
        get = lambda name: getattr(net, f"{name}_l{layer}")
        layers.append({"Wx": flat(get("weight_ih")), "Wh": flat(get("weight_hh")), "b": flat(get("bias_ih")),
                       "h0": flat(h0[layer]), "c0": flat(c0[layer]),
                       "dWx": flat(get("weight_ih").grad), "dWh": flat(get("weight_hh").grad),
                       "db": flat(get("bias_ih").grad),
                       "dh0": flat(h0.grad[layer]), "dc0": flat(c0.grad[layer])})
    return {"T": T, "D": D, "H": H, "x": flat(x), "dy": flat(A), "layers": layers, "y": flat(y)}


class Net(torch.nn.Module):
    def __init__(self, kind, D, H, O):
        super().__init__()
        gates = GATES[kind]
        self.kind = kind
        make = lambda *size: torch.nn.Parameter(leaf(*size, scale=0.4).detach())
        self.Wx, self.Wh, self.b = make(gates * H, D), make(gates * H, H), make(gates * H)
        if kind == "gru":
            self.bh = make(gates * H)
        if kind == "lstm_peephole":
            self.p_i, self.p_f, self.p_o = make(H), make(H), make(H)
        self.Wy, self.S, self.by = make(O, H), make(O, D), make(O)
        self.H = H

    def row(self, x, h, c, cell_inputs=None):
        all_of_x = x
        x = x[:cell_inputs]
        if self.kind == "rnn":
            h = torch.tanh(self.b + self.Wx @ x + self.Wh @ h)
        elif self.kind == "gru":
            h = torch._VF.gru_cell(x[None], h[None], self.Wx, self.Wh, self.b, self.bh)[0]
        elif self.kind != "lstm":
            h, c = variant_row(self.kind, dict(self.named_parameters()), x, h, c)
        else:
            none = torch.zeros(4 * self.H)
            hn, cn = torch._VF.lstm_cell(x[None], (h[None], c[None]), self.Wx, self.Wh, self.b, none)
            h, c = hn[0], cn[0]
        return self.Wy @ h + self.S @ all_of_x + self.by, h, c


def truncated(kind, loss_kind, k1, k2):
    """Learns every k1 rows over the newest k2, re-run from the h, c stored before them; targets come late."""
    torch.manual_seed(13)
    D, H, O, T = 3, 8, 2, 60
    horizons = [1, 3]
    options = {"learningRate": 0.002, "clipNorm": 0.15, "loss": loss_kind, "huberDelta": 0.25,
               "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
    net = Net(kind, D, H, O)
    initial = torch.cat([p.detach().reshape(-1).clone() for p in net.parameters()])
    adam = torch.optim.Adam(net.parameters(), lr=options["learningRate"], betas=(0.9, 0.999), eps=1e-8)
    at = torch.arange(T, dtype=torch.float32)
    series = torch.sin(at * 0.35) + 0.4 * torch.cos(at * 0.9)
    if loss_kind == "logistic":
        series = (series > 0).float()
    x = torch.stack([series, torch.sin(at * 0.1), torch.rand(T) - 0.5], dim=1)
    states = [(torch.zeros(H), torch.zeros(H))]  # entry t: state before row t
    target, arrived = torch.zeros(T, O), torch.zeros(T, O, dtype=torch.bool)
    outputs, learned = [], []
    for t in range(T):
        with torch.no_grad():
            y, h, c = net.row(x[t], *states[t])
        outputs.append(y)
        states.append((h, c))
        for o, horizon in enumerate(horizons):
            if t >= horizon:
                target[t - horizon, o] = series[t]
                arrived[t - horizon, o] = True
        if t % k1 != k1 - 1:
            continue
        first = max(0, t + 1 - k2)
        h, c = states[first]
        ys = []
        for r in range(first, t + 1):
            y, h, c = net.row(x[r], h, c)
            ys.append(y)
            states[r + 1] = (h.detach(), c.detach())
        mask = arrived[first:t + 1]
        if not mask.any():  # ours: no update, loss and norm 0; PyTorch's mean over nothing would be NaN
            learned.append((0, 0))
            continue
        y, wanted = torch.stack(ys)[mask], target[first:t + 1][mask]
        loss = (F.huber_loss(y, wanted, delta=options["huberDelta"]) if loss_kind == "huber"
                else F.mse_loss(y, wanted) if loss_kind == "squared"
                else F.binary_cross_entropy_with_logits(y, wanted))
        adam.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(net.parameters(), options["clipNorm"])
        adam.step()
        learned.append((loss, norm))
    final = torch.cat([p.detach().reshape(-1) for p in net.parameters()])
    return {"cell": kind, "D": D, "H": H, "O": O, "T": T, "k1": k1, "k2": k2, "horizons": horizons, "options": options,
            "weights": flat(initial), "x": flat(x), "series": flat(series),
            "y": flat(torch.stack(outputs)), "losses": [number(v[0]) for v in learned],
            "gradientNorms": [number(v[1]) for v in learned], "finalWeights": flat(final),
            "h": flat(states[T][0]), "c": flat(states[T][1])}


def classes(kind):
    """Windows of classes that begin at a state of their own; some inputs go to the head alone, S and by learn faster."""
    torch.manual_seed(19)
    D, E, H, O, T, windows = 6, 4, 6, 4, 15, 8
    options = {"learningRate": 0.003, "clipNorm": 0.4, "loss": "softmax", "huberDelta": 1,
               "beta1": 0.9, "beta2": 0.99, "epsilon": 1e-6, "headRate": 10}
    net = Net(kind, D - E, H, O)
    net.S = torch.nn.Parameter(leaf(O, D, scale=0.4).detach())
    initial = torch.cat([p.detach().reshape(-1).clone() for p in in_order(net)])
    slow = [p for name, p in net.named_parameters() if name not in ("S", "by")]
    groups = [{"params": slow}, {"params": [net.S, net.by], "lr": options["learningRate"] * options["headRate"]}]
    adam = torch.optim.Adam(groups, lr=options["learningRate"], betas=(0.9, 0.99), eps=1e-6)
    out = []
    for _ in range(windows):
        x, h0, c0 = leaf(T, D, scale=2).detach(), leaf(H, scale=0.9).detach(), leaf(H, scale=2).detach()
        labels, arrived, weight = torch.randint(O, (T,)), torch.rand(T) < 0.6, torch.rand(T) * 3
        h, c, ys = h0, c0, []
        for t in range(T):
            y, h, c = net.row(x[t], h, c, D - E)
            ys.append(y)
        losses = F.cross_entropy(torch.stack(ys)[arrived], labels[arrived], reduction="none")
        loss = (losses * weight[arrived]).sum() / weight[arrived].sum()
        adam.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(net.parameters(), options["clipNorm"])
        adam.step()
        out.append({"x": flat(x), "h0": flat(h0), "c0": flat(c0), "labels": labels.tolist(),
                    "arrived": [int(v) for v in arrived], "weight": flat(weight), "loss": number(loss),
                    "gradientNorm": number(norm)})
    final = torch.cat([p.detach().reshape(-1) for p in in_order(net)])
    return {"cell": kind, "D": D, "E": E, "H": H, "O": O, "T": T, "options": options, "weights": flat(initial),
            "windows": out, "finalWeights": flat(final)}


def in_order(net):
    """S comes before by, though it was replaced later."""
    names = ["Wx", "Wh", "b", "bh", "p_i", "p_f", "p_o", "Wy", "S", "by"]
    return [getattr(net, name) for name in names if hasattr(net, name)]


def ten_adam_steps():
    torch.manual_seed(14)
    P, clip = 24, 1.0
    w = leaf(P)
    start = flat(w)
    adam = torch.optim.Adam([w], lr=0.01, betas=(0.9, 0.99), eps=1e-3)
    gradients, norms, weights = [], [], []
    for step in range(10):
        w.grad = (torch.rand(P) - 0.5) * 0.2 * (step + 1)  # norms from 0.3 to 3: some are clipped, some not
        gradients.append(flat(w.grad))
        norms.append(number(torch.nn.utils.clip_grad_norm_([w], clip)))
        adam.step()
        weights.append(flat(w))
    return {"clipNorm": clip, "learningRate": 0.01, "beta1": 0.9, "beta2": 0.99, "epsilon": 1e-3,
            "start": start, "gradients": gradients, "norms": norms, "weights": weights}


def functions():
    """Pairs [x, f(x)], f(x) the float64 nearest to the true value."""
    mpmath.mp.prec = 1200
    random = np.random.default_rng(15)
    spread = lambda low, high, n: [float(v) for v in random.uniform(low, high, n)]
    powers = lambda low, high, n: [float(10.0 ** v) for v in random.uniform(low, high, n)]
    signed = lambda xs: xs + [-x for x in xs]
    half_pi = [float(k * mpmath.pi / 2) for k in (1, 2, 3, 4, 101, 6501, 63661, 600001)]
    true = {
        "exp": (mpmath.exp, spread(-1, 1, 60) + spread(-708, 709, 60) + signed(powers(-18, 0, 20))),
        "expm1": (mpmath.expm1, spread(-1, 1, 60) + spread(-39, 700, 60) + signed(powers(-18, 0, 20))),
        "log": (mpmath.log, spread(0.5, 2, 60) + powers(-307, 307, 60) + [1 + x for x in signed(powers(-15, -1, 20))]),
        "sin": (mpmath.sin, spread(-7, 7, 60) + spread(-1e6, 1e6, 60) + signed(half_pi)),
        "cos": (mpmath.cos, spread(-7, 7, 60) + spread(-1e6, 1e6, 60) + signed(half_pi)),
        "tanh": (mpmath.tanh, spread(-1, 1, 80) + spread(-23, 23, 60) + signed(powers(-18, 0, 20))),
        "sigmoid": (lambda x: 1 / (1 + mpmath.exp(-x)), spread(-20, 20, 80) + spread(-700, 700, 40)),
        "logErfc": (lambda x: mpmath.log(mpmath.erfc(x)), spread(-10, 10, 120) + spread(-2.1, 2.1, 120)
                    + signed(powers(-15, 0, 20)) + [-10.0, 2.0, -2.0] + spread(10, 30, 20)),
    }
    out = {name: [[x, float(f(mpmath.mpf(x)))] for x in xs] for name, (f, xs) in true.items()}
    # erfc itself is out of reach of 1200 bits there: its asymptotic series, whose terms fall to below 1e-25.
    for x in [50.0, 100.0, 1000.0, 10000.0] + spread(40, 10000, 20):
        v = mpmath.mpf(x)
        series, term = mpmath.mpf(1), mpmath.mpf(1)
        for n in range(1, 15):
            term *= -(2 * n - 1) / (2 * v * v)
            series += term
        out["logErfc"].append([x, float(-v * v - mpmath.log(v * mpmath.sqrt(mpmath.pi)) + mpmath.log(series))])
    return out


torch.set_num_threads(1)
write("cells.json", {"lstm": one_cell("lstm"), "rnn": one_cell("rnn"), "gru": one_gru(),
                     "lstm_peephole": one_variant("lstm_peephole"), "lstm_coupled": one_variant("lstm_coupled")})
write("logistic.json", logistic())
write("stackedWindow.json", stacked_window())
write("truncated.json", {"runs": [truncated("lstm", "huber", 4, 12), truncated("lstm", "squared", 12, 12),
                                  truncated("rnn", "huber", 1, 12), truncated("lstm", "logistic", 4, 12),
                                  truncated("gru", "huber", 4, 12), truncated("gru", "logistic", 1, 12),
                                  truncated("lstm_peephole", "huber", 4, 12),
                                  truncated("lstm_coupled", "squared", 4, 12)]})
write("classes.json", {"runs": [classes("lstm"), classes("rnn"), classes("gru")]})
write("adam.json", ten_adam_steps())
write("functions.json", functions())
