"""Sample accounts and figures that show the portal at work; marked, and cleared as one."""

from reporting.demo.clearing import clear_demo
from reporting.demo.filling import DemoRefused, load_demo

__all__ = ["DemoRefused", "clear_demo", "load_demo"]
