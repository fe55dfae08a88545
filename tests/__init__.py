"""The tests of cioanalytics."""
