import {
  type KyselyPlugin,
  OperationNodeTransformer,
  type OrderByItemNode,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  RawNode,
} from "kysely";

/** Sorts nulls where PostgreSQL does, last going up and first going down, where a query does not say. For SQLite. */
export const nullOrderPlugin: KyselyPlugin = {
  transformQuery: ({ node, queryId }: PluginTransformQueryArgs) => transformer.transformNode(node, queryId),
  transformResult: async ({ result }: PluginTransformResultArgs) => result,
};

class NullOrder extends OperationNodeTransformer {
  protected override transformOrderByItem(
    ...given: Parameters<OperationNodeTransformer["transformOrderByItem"]>
  ): OrderByItemNode {
    const item = super.transformOrderByItem(...given);
    if (item.nulls) return item;
    return { ...item, nulls: isDescending(item) ? "first" : "last" };
  }
}

function isDescending({ direction }: OrderByItemNode): boolean {
  return direction !== undefined && RawNode.is(direction) && direction.sqlFragments.join("").toLowerCase() === "desc";
}

const transformer = new NullOrder();
