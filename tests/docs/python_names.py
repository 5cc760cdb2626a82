"""Prints the public names of the Python client as JSON: facts for tests/docs/python_names.json.

Usage: python3 tests/docs/python_names.py FOLDER, where FOLDER holds esmond_client/ and, in the source, clients/.
"""

import ast
import json
import pathlib
import sys

MODULES = ['perfsonar.query', 'perfsonar.post', 'perfsonar.util', 'util', 'jmx']
QUERIES = ['esmond-ps-get-endpoints', 'esmond-ps-get-metadata', 'esmond-ps-get', 'esmond-ps-get-bulk']
OTHERS = ['esmond-ps-pipe', 'esmond-ps-load-gridftp']


def is_public(name):
    return not name.startswith('_')


def targets(node):
    """The names that a statement binds."""
    if isinstance(node, ast.Assign):
        return [each for target in node.targets for each in names_in(target)]
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    return []


def names_in(target):
    if isinstance(target, ast.Tuple):
        return [each for part in target.elts for each in names_in(part)]
    return [target.id] if isinstance(target, ast.Name) else []


def arguments(function):
    spec = function.args
    return [arg.arg for arg in spec.args + spec.kwonlyargs if arg.arg != 'self']


def attributes(function):
    """What a method sets on self."""
    return [
        node.attr for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name) and node.value.id == 'self'
    ]


def of_class(node):
    members, constructor = [], []
    for part in node.body:
        members += targets(part)
        if isinstance(part, ast.FunctionDef):
            members += attributes(part)
            if part.name == '__init__':
                constructor = arguments(part)
    return {
        'bases': [base.id for base in node.bases if isinstance(base, ast.Name)],
        'constructor': constructor,
        'members': sorted({name for name in members if is_public(name)}),
    }


def of_module(path):
    tree = ast.parse(path.read_text(encoding='utf-8'))
    classes = {node.name: of_class(node) for node in tree.body if isinstance(node, ast.ClassDef)}
    names = {name for node in tree.body for name in targets(node)}
    return {
        'names': sorted(name for name in names if is_public(name) and name not in classes),
        'classes': classes,
    }


def options(path):
    """The options that a file gives to its parser, help aside."""
    calls = [
        node for node in ast.walk(ast.parse(path.read_text(encoding='utf-8')))
        if isinstance(node, ast.Call) and getattr(node.func, 'attr', '') == 'add_option'
    ]
    calls.sort(key=lambda call: call.lineno)
    return [[arg.value for arg in call.args] for call in calls]


def main():
    root = pathlib.Path(sys.argv[1])
    package = root / 'esmond_client'
    found = {'modules': {}, 'programs': {}}
    for name in MODULES:
        path = package.joinpath(*name.split('.')).with_suffix('.py')
        found['modules']['esmond_client.' + name] = of_module(path)
    shared = options(package / 'perfsonar' / 'util.py')
    for name in QUERIES:
        found['programs'][name] = [
            names for names in shared
            if '--output-directory' not in names or name == 'esmond-ps-get-bulk'
        ]
    for name in OTHERS:
        path = root / 'clients' / name
        if path.exists():
            found['programs'][name] = options(path)
    print(json.dumps(found, indent=2))


main()
