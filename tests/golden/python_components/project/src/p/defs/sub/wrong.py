from treadle import component_instance


@component_instance
def no_component(context):
    return {"key": "x"}


@component_instance
def too_many(context, more):
    return None


@component_instance
def raises(context):
    raise RuntimeError("not today")
