# /// script
# requires-python = ">=3.13"
# dependencies = ["marimo", "cioanalytics"]
#
# [tool.uv.sources]
# cioanalytics = { path = "../../dist/cioanalytics-0.1.0-py3-none-any.whl" }
# ///
"""A marimo app in the browser: the page's own visitor, by way of the bridge that head.html lays."""

import marimo

app = marimo.App(app_title="The visitor of this page", html_head_file="head.html")


@app.cell
async def _():
    import marimo as mo
    from js import location

    import cioanalytics

    cioanalytics.load("example", cdn_url=location.origin)
    cioanalytics.track("Notebook opened")
    _ = await cioanalytics.ready()  # a cell shows its last value
    return cioanalytics, mo


@app.cell
def _(cioanalytics, mo):
    def sign_in(_clicks):
        cioanalytics.identify("jane", {"plan": "basic"})

    button = mo.ui.button(label="Sign in as Jane, in Python", on_click=sign_in)
    # Whoever signs in or out elsewhere is seen within a second.
    often = mo.ui.refresh(default_interval="1s")
    mo.hstack([button, often], justify="start")
    return button, often


@app.cell
def _(button, cioanalytics, mo, often):
    # marimo runs this cell again whenever one of these has changed.
    button.value, often.value
    user = cioanalytics.user()
    mo.md(f"Python says: `{user.anonymous_id()}` `{user.id()}`, by way of {user.explain()['reached']}")


if __name__ == "__main__":
    app.run()
