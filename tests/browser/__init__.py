"""A package, so that what its fixtures open ends with it: Playwright's event loop would stay for all tests after."""
