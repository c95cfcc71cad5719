"""What Treadle adds to a notebook: `treadle run` of one next to `jupyter execute` of the same file.

The notebook is the training of examples/research_lab, without the lab: it loads scikit-learn, trains and plots.
Both start a kernel, execute the cells and write the executed notebook; Treadle also checks the parameters, records the
run and makes the page.
"""

import argparse
from pathlib import Path

import nbformat
from measure import TREADLE, TREADLE_SETTINGS, Command, in_turns, report, scratch
from nbformat.v4 import new_code_cell, new_notebook

CELLS = (
    "import numpy as np\nfrom sklearn.datasets import load_digits\nfrom sklearn.linear_model import SGDClassifier\n"
    "from sklearn.metrics import log_loss\nx, y = load_digits(return_X_y=True)\nx = x / 16",
    "model = SGDClassifier(loss='log_loss', learning_rate='constant', eta0=0.05, random_state=7)\nlosses = []\n"
    "for epoch in range({epochs}):\n    model.partial_fit(x, y, classes=np.arange(10))\n"
    "    losses.append(log_loss(y, model.predict_proba(x)))",
    "import matplotlib.pyplot as plt\nplt.plot(losses)\nplt.show()",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=300)
    options = parser.parse_args()
    with scratch() as folder:
        ours, bare = folder / "ours", folder / "bare"
        bare.mkdir()
        write(bare / "train.ipynb", options.epochs)
        defs = ours / "src" / "jaffle_platform" / "defs" / "train"
        defs.mkdir(parents=True)
        for package in (defs.parents[1], defs.parent):
            (package / "__init__.py").touch()
        (ours / "pyproject.toml").write_text(TREADLE_SETTINGS, encoding="utf-8")
        write(defs / "train.ipynb", options.epochs)
        (defs / "defs.yaml").write_text(
            "type: treadle.Notebook\nattributes:\n  path: train.ipynb\n  assets: [{key: model}]\n", encoding="utf-8"
        )
        jupyter = [str(Path(TREADLE[0]).with_name("jupyter-execute"))]
        rows = in_turns(
            {
                "jupyter execute": Command(argv=[*jupyter, "train.ipynb", "--output=out.ipynb"], cwd=bare),
                "treadle run": Command(argv=[*TREADLE, "run"], cwd=ours),
            },
            options.repetitions,
        )
    report("Executing a notebook", rows, against="jupyter execute")


def write(file: Path, epochs: int) -> None:
    cells = [
        new_code_cell(source.replace("{epochs}", str(epochs)), id=f"c{number}") for number, source in enumerate(CELLS)
    ]
    nbformat.write(new_notebook(cells=cells), file)


if __name__ == "__main__":
    main()
