"""Streamlit page scripts and the pieces they share: screens only, no reading, finding or composing."""
