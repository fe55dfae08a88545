"""A Streamlit app in the browser: the page's own visitor, by way of the bridge that index.html lays."""

import streamlit as st
from js import location

import cioanalytics


@st.cache_resource
def begin() -> None:
    """Begin once, however often Streamlit runs this script."""
    cioanalytics.load("example", cdn_url=location.origin)
    cioanalytics.track("App opened")


begin()
await cioanalytics.ready()
st.title("The visitor of this page")
if st.button("Sign in as Jane, in Python"):
    cioanalytics.identify("jane", {"plan": "basic"})


@st.fragment(run_every=1)
def show() -> None:
    """Say who it is, once a second: whoever signs in or out elsewhere is seen."""
    user = cioanalytics.user()
    st.text(f"Python says: {user.anonymous_id()} {user.id()}, by way of {user.explain()['reached']}")


show()
